"""The page of system checks: each id, what it says, and the edit that mends it; read from the source."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import hardening

HEAD = """\
# System checks

What `manage.py check` says of an installation. An error means that a control is off or void, a warning that it is
weaker than recommended. Errors stop most `manage.py` commands, but a WSGI or ASGI server runs no checks by itself: run
them before each start, with `--database default --database hardening` for those that look into the databases and with
`--deploy` for those of production. Ids are never reused. `…` stands for what depends on the installation.

Written by `make docs` from the source.
"""

ID = re.compile(r"hardening\w*\.[EW]\d{3}")
_LEVELS = {"E": "Error", "W": "Warning"}


@dataclass(frozen=True)
class Finding:
    """One way in which a check can speak."""

    id: str
    message: str
    hint: str


def checks_page() -> str:
    """Return the page."""
    by_id: dict[str, list[Finding]] = {}
    for finding in findings():
        by_id.setdefault(finding.id, []).append(finding)
    parts = [HEAD]
    for domain in sorted({identity.partition(".")[0] for identity in by_id}):
        parts.append(f"## {domain}\n")
        parts += [_entry(one, by_id[one]) for one in sorted(by_id) if one.startswith(f"{domain}.")]
    return "\n".join(parts)


def _entry(identity: str, found: list[Finding]) -> str:
    paragraphs = [f"### {identity}", f"{_LEVELS[identity[-4]]}."]
    for finding in dict.fromkeys(found):
        paragraphs.append(finding.message)
        if finding.hint:
            paragraphs.append(f"To mend it: {finding.hint}")
    return "\n\n".join(paragraphs).replace(f"{_LEVELS[identity[-4]]}.\n\n", f"{_LEVELS[identity[-4]]}. ", 1) + "\n"


def findings() -> Iterator[Finding]:
    """Yield everything that a check of the package can say, in the order of the source."""
    for name, source in _sources():
        if ID.search(source):
            texts = {key: value for key, value in vars(import_module(name)).items() if isinstance(value, str)}
            yield from _findings_in(ast.parse(source), texts)


def declared_ids() -> set[str]:
    """Return every id that the source spells, used or not."""
    return {found for _, source in _sources() for found in ID.findall(source)}


def _sources() -> Iterator[tuple[str, str]]:
    root = Path(hardening.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts:
            yield ".".join(path.relative_to(root.parent).with_suffix("").parts), path.read_text(encoding="utf-8")


def _findings_in(module: ast.Module, texts: dict[str, str]) -> Iterator[Finding]:
    for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            options = {keyword.arg: keyword.value for keyword in call.keywords}
            if not call.args or "id" not in options:
                continue
            for row in _rows_of(function, texts) or [{}]:
                held = _texts_at(call, function, texts | row)
                identity = _text(options["id"], held)
                if ID.fullmatch(identity):
                    hint = _sentence(_text(options["hint"], held)) if "hint" in options else ""
                    message = _sentence(_text(call.args[0], held))
                    yield Finding(identity, message or "The message names what was refused, and why.", hint)


def _rows_of(function: ast.FunctionDef, known: dict[str, str]) -> list[dict[str, str]]:
    """Return what the names of a loop over written-out rows hold, row by row: one check, said in several ways."""
    written = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for loop in (node for node in ast.walk(function) if isinstance(node, ast.For | ast.comprehension)):
        rows = written.get(loop.iter.id) if isinstance(loop.iter, ast.Name) else loop.iter
        if isinstance(loop.target, ast.Tuple) and isinstance(rows, ast.Tuple):
            names = [name.id for name in loop.target.elts if isinstance(name, ast.Name)]
            cells = [row.elts for row in rows.elts if isinstance(row, ast.Tuple)]
            return [{name: _text(cell, known) for name, cell in zip(names, row, strict=True)} for row in cells]
    return []


def _texts_at(call: ast.Call, function: ast.FunctionDef, texts: dict[str, str]) -> dict[str, str]:
    """Return what the names hold at the call: those of the module, and the nearest local assignment above it."""
    held = dict(texts)
    assigned = [node for node in ast.walk(function) if isinstance(node, ast.Assign) and node.lineno < call.lineno]
    for node in sorted(assigned, key=lambda found: found.lineno):
        for target in node.targets:
            if isinstance(target, ast.Name):
                held[target.id] = _text(node.value, held)
    return held


def _text(node: ast.expr, known: dict[str, str]) -> str:
    """Return a string as far as the source knows it; what is only known at run time is an ellipsis."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(value, known) for value in values)
        case ast.FormattedValue(value=ast.Name(id=name), conversion=conversion):
            text = known.get(name, "…")
            return repr(text) if conversion == ord("r") and text != "…" else text
        case ast.Name(id=name):
            return known.get(name, "…")
        case _:
            return "…"


def _sentence(text: str) -> str:
    """Return a sentence, or nothing where the source alone does not know it."""
    text = text.strip()
    if not text.strip("…."):
        return ""
    first = text.split(maxsplit=1)[0]
    if first.isalpha() and first.islower():
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "…", "?")) else f"{text}."
