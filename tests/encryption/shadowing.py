"""What the tests of the shadow copy share: the command, the catalogs, and statements that are taken back."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection

from hardening.encryption.sealed_table import sealed_tables
from hardening.encryption.shadow.place import Session, find_original, session
from hardening.encryption.shadow.portrait import Extent, portrait


def rotate(*options: str) -> dict[str, Any]:
    """Return what ``rotate_keys --strategy shadow`` tells."""
    out = io.StringIO()
    call_command("rotate_keys", "--json", "--strategy", "shadow", *options, stdout=out, stderr=io.StringIO())
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def portrait_of(model: str) -> list[str]:
    """Return all that the catalogs say of a model's table."""
    (table,) = sealed_tables(model)
    with session(table) as at:
        return portrait(at, find_original(at, table).oid, extent=Extent.WHOLE)


def rows(sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def rooms() -> list[str]:
    """Return the schemas that runs have left."""
    return [name for (name,) in rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hardening_shadow%'")]


@contextmanager
def altered(*statements: str, back: str) -> Iterator[None]:
    """Alter the schema for a block."""
    for statement in statements:
        rows(statement)
    try:
        yield
    finally:
        rows(back)


@contextmanager
def held(table: str, *, mode: str = "ACCESS SHARE") -> Iterator[Session]:
    """Hold a lock on a table in a transaction of somebody else."""
    (patients,) = sealed_tables("records.Patient")
    with session(patients) as other, other.rehearsal():
        other.run(f"LOCK TABLE {table} IN {mode} MODE")
        yield other
