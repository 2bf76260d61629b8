"""The two tables: made, loaded without indexes, indexed afterwards, weighed."""

from dataclasses import dataclass
from io import StringIO
from time import perf_counter

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from rich.progress import track

from benchmarks.encryption.contestants import SEALED

_INDEXES = """
SELECT index.relname, pg_get_indexdef(indexrelid), pg_constraint.conname, pg_get_constraintdef(pg_constraint.oid)
FROM pg_index
JOIN pg_class AS index ON index.oid = indexrelid
LEFT JOIN pg_constraint ON conindid = indexrelid
WHERE indrelid = %s::regclass
ORDER BY indisprimary DESC, index.relname
"""
_WEIGHT = """
SELECT pg_total_relation_size(%s::regclass), coalesce(sum(pg_relation_size(indexrelid)), 0)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE indrelid = %s::regclass AND relname LIKE '%%\\_like'
"""


@dataclass(frozen=True)
class Index:
    """One index of a table, and the statements that remove it and bring it back."""

    name: str
    drop: str
    build: str


def make(name: str) -> str:
    """Make the table of a contestant, with the keys that ours needs, and return its name."""
    if name == SEALED:
        call_command("migrate", "hardening_keys", verbosity=0)
        call_command("keys", "init", stdout=StringIO())
    model = apps.get_model(name, "Person")
    with connection.schema_editor() as editor:
        editor.create_model(model)
    return str(model._meta.db_table)


def drop(name: str) -> None:
    """Drop the table of a contestant, whose disk the next one needs."""
    with connection.schema_editor() as editor:
        editor.delete_model(apps.get_model(name, "Person"))


def drop_indexes(table: str) -> list[Index]:
    """Drop all indexes of the table and return them, the primary key first: a bulk load is faster without."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [table])
        found = [_index(table, *row) for row in cursor.fetchall()]
        for index in found:
            cursor.execute(index.drop)
    return found


def build_indexes(table: str, indexes: list[Index]) -> dict[str, float]:
    """Build the indexes one after the other, and vacuum; return the seconds that each index took."""
    seconds = {}
    with connection.cursor() as cursor:
        for index in track(indexes, description=f"indexes of {table}"):
            started = perf_counter()
            cursor.execute(index.build)
            seconds[index.name] = perf_counter() - started
        cursor.execute(f"VACUUM ANALYZE {connection.ops.quote_name(table)}")
    return seconds


def weigh(table: str, *, rows: int) -> tuple[float, float]:
    """Return the bytes a row of table, TOAST and indexes, and those of the index for LIKE among them."""
    with connection.cursor() as cursor:
        cursor.execute(_WEIGHT, [table, table])
        total, like = cursor.fetchone()
    return float(total) / rows, float(like) / rows


def _index(table: str, name: str, definition: str, constraint: str | None, constraint_definition: str) -> Index:
    quote = connection.ops.quote_name
    if constraint is None:
        return Index(name, f"DROP INDEX {quote(name)}", definition)
    alter = f"ALTER TABLE {quote(table)}"
    added = f"{alter} ADD CONSTRAINT {quote(constraint)} {constraint_definition}"
    return Index(name, f"{alter} DROP CONSTRAINT {quote(constraint)}", added)
