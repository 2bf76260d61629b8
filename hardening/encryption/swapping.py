"""One statement that replaces the blobs of many rows, each only if nobody has written it meanwhile."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.db import OperationalError

from hardening.encryption.sealed_table import SealedRow, SealedTable

_TRANSIENT_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL: could not serialise, deadlock, lock not available in time. Another writer was first."""
_SQLITE_BUSY = 5
_SQLITE_PARAMETERS = 900
"""Below the 999 of old SQLite builds."""


class Swap(NamedTuple):
    """A row as it was read, and its blobs as they shall be."""

    row: SealedRow
    blobs: tuple[bytes | None, ...]


def swap_blobs(table: SealedTable, swaps: Sequence[Swap]) -> int:
    """Write the new blobs and return how many rows took them.

    A row of which any sealed column has changed since it was read keeps what the other writer put there; so does
    a whole batch that the database refused because another writer holds its rows.
    """
    if table.connection.vendor == "postgresql":
        return _execute(table, *_postgresql(table, swaps))
    rows = max(1, _SQLITE_PARAMETERS // (1 + 2 * len(table.fields)))
    parts = (swaps[start : start + rows] for start in range(0, len(swaps), rows))
    return sum(_execute(table, *_sqlite(table, part)) for part in parts)


def _execute(table: SealedTable, sql: str, params: list[Any]) -> int:
    try:
        with table.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)
    except OperationalError as error:
        if _is_transient(error):
            return 0
        raise


def _is_transient(error: OperationalError) -> bool:
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0)
    return getattr(cause, "sqlstate", None) in _TRANSIENT_STATES or code & 0xFF == _SQLITE_BUSY


def _postgresql(table: SealedTable, swaps: Sequence[Swap]) -> tuple[str, list[Any]]:
    key_type = table.primary_key.cast_db_type(table.connection)
    arrays = ", ".join([f"%s::{key_type}[]", *["%s::bytea[]"] * (2 * len(table.fields))])
    params: list[Any] = [_keys(table, swaps)]
    for number in range(len(table.fields)):
        params += [[swap.row.blobs[number] for swap in swaps], [swap.blobs[number] for swap in swaps]]
    return (
        f"{_update(table)} FROM unnest({arrays}) AS d({_names(table)}) {_where(table, 'IS NOT DISTINCT FROM')}",
        params,
    )


def _sqlite(table: SealedTable, swaps: Sequence[Swap]) -> tuple[str, list[Any]]:
    one = f"({', '.join(['%s'] * (1 + 2 * len(table.fields)))})"
    # Inside, not before: the driver counts the rows of statements that start with UPDATE only.
    given = f"(WITH d({_names(table)}) AS (VALUES {', '.join([one] * len(swaps))}) SELECT * FROM d) AS d"  # noqa: S608 - placeholders
    params: list[Any] = []
    for key, swap in zip(_keys(table, swaps), swaps, strict=True):
        params += [key, *chain.from_iterable(zip(swap.row.blobs, swap.blobs, strict=True))]
    return f"{_update(table)} FROM {given} {_where(table, 'IS')}", params


def _keys(table: SealedTable, swaps: Sequence[Swap]) -> list[Any]:
    return [table.primary_key.get_db_prep_value(swap.row.pk, table.connection) for swap in swaps]


def _names(table: SealedTable) -> str:
    return ", ".join(["pk", *(f"o{number}, n{number}" for number in range(len(table.fields)))])


def _update(table: SealedTable) -> str:
    columns = ", ".join(f"{table.quoted(str(field.column))} = d.n{n}" for n, field in enumerate(table.fields))
    return f"UPDATE {table.quoted(table.model._meta.db_table)} AS t SET {columns}"  # noqa: S608 - names of our own columns


def _where(table: SealedTable, same: str) -> str:
    unchanged = [f"t.{table.quoted(str(field.column))} {same} d.o{n}" for n, field in enumerate(table.fields)]
    return " AND ".join([f"WHERE t.{table.quoted(str(table.primary_key.column))} = d.pk", *unchanged])
