"""The documentation as its tests see it: pages, their blocks of code, and the example project that these make up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs",)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"\A(?:# |\{# )(\S+\.(?:py|html))(?: #\})?\n")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; ``file`` is the path that its first line names, if it does."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def file(self) -> str:
        """Return the file of the example project that this block is."""
        named = _FILE.match(self.text)
        return named.group(1) if named else ""


def pages() -> list[Path]:
    """Return every page of the project, those at its root too."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md")]
    return sorted([*ROOT.glob("*.md"), *inside])


def blocks(*languages: str) -> Iterator[Block]:
    """Yield the blocks in these languages."""
    for path in pages():
        text = path.read_text(encoding="utf-8")
        for found in _BLOCK.finditer(text):
            if found.group(1) in languages:
                line = text.count("\n", 0, found.start()) + 1
                yield Block(str(path.relative_to(ROOT)), line, found.group(1), found.group(2))


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the place where it stands; continued lines are one."""
    for block in blocks("console"):
        for line in block.text.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                yield str(block), line.removeprefix("$ ").partition("  #")[0].strip()
