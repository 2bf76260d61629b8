"""The settings page: each dict, each key, its default and its docstring."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeGuard, get_args, get_type_hints

from hardening.checks import known_settings
from hardening.conf import DomainSettings

HEAD = """\
# Settings

One dict per domain. Every key has a safe default; leave out what you do not change. An unknown key, and an unknown
`HARDENING_…` name, is refused by `manage.py check` with "did you mean". No secret stands in any of them. Durations
are `datetime.timedelta`, written here in words.

Written by `make docs` from the docstrings in each domain's `conf.py`.
"""

_UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


def settings_page() -> str:
    """Return the page."""
    known = known_settings()
    return "\n".join([HEAD, *(_section(name, known[name]) for name in sorted(known))])


def _section(name: str, kind: type[DomainSettings]) -> str:
    parts = [f"## {name}\n"]
    if says := _without_name(inspect.cleandoc(kind.__doc__ or ""), name):
        parts.append(f"{says}\n")
    parts += [_entry(field, says, level=3) for field, says in documented_fields(kind)]
    for helper in _option_classes(kind):
        parts += [f"### Options of a {helper.__name__.lower()}\n", f"{inspect.cleandoc(helper.__doc__ or '')}\n"]
        parts += [_entry(field, says, level=4) for field, says in documented_fields(helper)]
    return "\n".join(parts)


def documented_fields(kind: type[Any]) -> Iterator[tuple[Field[Any], str]]:
    """Yield each field of a dataclass with the docstring under it.

    Raise LookupError for a field without one: a key that nobody explains is a key that nobody dares to change.
    """
    written = _docstrings(kind)
    for field in fields(kind):
        if field.name not in written:
            raise LookupError(f"{kind.__name__}.{field.name} has no docstring")
        yield field, written[field.name]


def _docstrings(kind: type[Any]) -> dict[str, str]:
    (written,) = (node for node in ast.parse(textwrap.dedent(inspect.getsource(kind))).body if _is_class(node))
    found: dict[str, str] = {}
    for stated, after in pairwise(written.body):
        if not (isinstance(stated, ast.AnnAssign) and isinstance(stated.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[stated.target.id] = inspect.cleandoc(str(after.value.value))
    return found


def _is_class(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef)


def _option_classes(kind: type[DomainSettings]) -> list[type[Any]]:
    """Return the dataclasses of the domain that the values of a mapping are made of."""
    hints = get_type_hints(kind)
    named = [argument for field in fields(kind) for argument in get_args(hints[field.name])]
    options = [option for option in named if inspect.isclass(option) and is_dataclass(option)]
    return [option for option in options if option.__module__ == kind.__module__]


def _entry(field: Field[Any], says: str, *, level: int) -> str:
    return f"{'#' * level} `{field.name}`\n\nDefault: {_default(field)}.\n\n{_as_markdown(says)}\n"


def _default(field: Field[Any]) -> str:
    if field.default is not MISSING:
        value = field.default
    elif field.default_factory is not MISSING:
        value = field.default_factory()
    else:
        return "none, it must be given"
    return in_words(value)


def in_words(value: object) -> str:
    """Return a default as people write it."""
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, dict) and value:
        return "; ".join(f"`{key}`: {_options(option)}" for key, option in value.items())
    return f"`{value!r}`"


def _options(value: object) -> str:
    return ", ".join(f"{key} {option}" for key, option in vars(value).items())


def _duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    count = seconds // size
    return f"{count} {unit if count != 1 else unit.removesuffix('s')}"


def _without_name(text: str, name: str) -> str:
    """Return the class's docstring without the dict's name, which is the heading already."""
    rest = text.removeprefix(f"``{name}``").lstrip(".: ")
    return _as_markdown(rest[:1].upper() + rest[1:])


def _as_markdown(text: str) -> str:
    return text.replace("``", "`")
