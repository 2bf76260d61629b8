"""The project's own files, as the architecture tests see them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PACKAGES = ("hardening", "portal", "tests", "benchmarks")


def modules(*folders: str) -> Iterator[Path]:
    """Yield the Python files under these folders of the project, migrations left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def migrations() -> Iterator[Path]:
    """Yield every migration of the project."""
    for folder in ("hardening", "portal"):
        yield from sorted((ROOT / folder).rglob("migrations/[0-9]*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def named(path: Path) -> str:
    """Return a file's path inside the project, for messages."""
    return str(path.relative_to(ROOT))


@cache
def imports() -> grimp.ImportGraph:
    """Return who imports whom in the package, and which packages of others."""
    return grimp.build_graph("hardening", include_external_packages=True, exclude_type_checking_imports=True)
