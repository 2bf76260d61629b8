"""Secrets and numbers where they must not be: in any table of either database, in any line of any log (C14, R11)."""

import ast
import base64
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connections

from hardening.encryption.nir import InvalidNirError, parse_nir

ROOT = Path(__file__).parent
CANDIDATE = re.compile(r"(?<![\w.])[1-8](?:[ .\u202f\u00a0-]?[0-9AB]){14}(?![\w.])", re.IGNORECASE)
SECRET_NAME = re.compile(r"PASSWORD|SECRET|SEED|NIR|BIRTH_DATE|RECOVERY_CODE")
LONG_ENOUGH = 8
"""Shorter values stand in innocent text by chance."""


def assert_nothing_leaks(values: Iterable[str], *, log: str = "") -> None:
    """Fail if one of ``values`` stands in a table of either database, or in ``log``, in any usual spelling.

    Never call it with a value so short that chance would write it: a 6-digit code may stand in any digest.
    """
    for value in values:
        places = [*_places(value), *(["the log"] if any(s in log for s in spellings(value)) else [])]
        assert not places, f"a value that nobody may read stands in {', '.join(places)}"


def spellings(value: str) -> set[str]:
    """Return how a value may be written down: as it is, unspaced, for an address, in base64, in hexadecimal."""
    unspaced = re.sub(r"[\s.\u202f\u00a0-]", "", value)
    plain = {value, unspaced} - {""}
    encoded = {text.encode() for text in plain}
    return plain | {quote(text) for text in plain} | {d.hex() for d in encoded} | {_base64_core(d) for d in encoded}


def _base64_core(data: bytes) -> str:
    """Return the base64 digits that stand wherever ``data`` begins at a multiple of three bytes."""
    return base64.b64encode(data[: len(data) // 3 * 3]).decode()


def _places(value: str) -> Iterator[str]:
    wanted = spellings(value)
    for alias in connections:
        for table, column, cell in _cells(alias):
            if any(spelling in cell for spelling in wanted):
                yield f"{alias}.{table}.{column}"


def _cells(alias: str) -> Iterator[tuple[str, str, str]]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name of our own schema
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, cell in zip(columns, row, strict=True):
                    yield table, column, _text(cell)


def _text(cell: Any) -> str:
    if isinstance(cell, bytes | memoryview):
        # Both readings: a sealed blob must hold the value neither as text nor as digits.
        raw = bytes(cell)
        return f"{raw.decode('latin-1')}\n{raw.hex()}"
    return str(cell)


def leaking_lines(folder: Path) -> list[str]:
    """Return where the logs of a run hold a valid NIR or one of the suite's own secrets; never the value itself."""
    secrets = {spelling for value in constants() for spelling in spellings(value)}
    return [
        f"{path.name}:{number}"
        for path in sorted(folder.glob("*.log"))
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if any(secret in line for secret in secrets) or any(_is_nir(text) for text in CANDIDATE.findall(line))
    ]


def constants() -> set[str]:
    """Return the values of every constant of the suite that is named like a secret (``PASSWORD``, ``CLAIRES_NIR``)."""
    return {
        str(node.value.value)
        for path in ROOT.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and len(node.value.value) >= LONG_ENOUGH
        and any(isinstance(target, ast.Name) and SECRET_NAME.search(target.id) for target in node.targets)
    }


def _is_nir(text: str) -> bool:
    try:
        parse_nir(text)
    except InvalidNirError:
        return False
    return True
