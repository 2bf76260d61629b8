"""Looking one person up among all, sealed and clear in turn, through the driver and through the ORM."""

from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from rich.progress import track

from benchmarks.encryption.contestants import PLAIN, SEALED
from benchmarks.encryption.people import key_of, nir_of

WAYS = ("psycopg", "the ORM")
_LOOK_UPS = 2000
_WARM_UPS = 200
"""Thrown away: they fill connections, prepared statements and caches."""
_ROWS_APART = 7_368_787
"""A prime: people looked up one after the other are far apart, at any size."""


def look_up(*, rows: int) -> dict[tuple[str, str], list[float]]:
    """Return the seconds of each look-up, by way and table.

    Raise RuntimeError when one finds somebody else: a fast wrong answer is no result.
    """
    connection.ensure_connection()
    finders = {
        ("psycopg", PLAIN): _driver_plain(),
        ("psycopg", SEALED): _driver_sealed(),
        ("the ORM", PLAIN): _orm(PLAIN),
        ("the ORM", SEALED): _orm(SEALED),
    }
    times: dict[tuple[str, str], list[float]] = {which: [] for which in finders}
    for turn in track(range(_LOOK_UPS + _WARM_UPS), description="looking up"):
        number = turn * _ROWS_APART % rows
        nir, key = nir_of(number), key_of(number)
        # Whoever comes first warms the page of nobody: the tables share none. The order turns all the same.
        for which in sorted(finders, reverse=bool(turn % 2)):
            started = perf_counter()
            found = finders[which](nir)
            seconds = perf_counter() - started
            if found != key:
                raise RuntimeError("a look-up found somebody else")
            if turn >= _WARM_UPS:
                times[which].append(seconds)
    return times


def _driver_plain() -> Callable[[str], UUID]:
    statement = f"SELECT id FROM {_table(PLAIN)} WHERE nir = %s"  # noqa: S608 - a quoted name of our own
    return lambda nir: _one(statement, nir)


def _driver_sealed() -> Callable[[str], UUID]:
    statement = f"SELECT id FROM {_table(SEALED)} WHERE nir_index = %s"  # noqa: S608 - likewise
    field: Any = apps.get_model(SEALED, "Person")._meta.get_field("nir")
    return lambda nir: _one(statement, UUID(bytes=field.indexes_of(nir)[0]))


def _orm(name: str) -> Callable[[str], UUID]:
    objects = apps.get_model(name, "Person")._default_manager
    return lambda nir: objects.get(nir=nir).pk


def _table(name: str) -> str:
    return connection.ops.quote_name(apps.get_model(name, "Person")._meta.db_table)


def _one(statement: str, wanted: object) -> UUID:
    (found,) = connection.connection.execute(statement, [wanted], prepare=True).fetchone()
    return UUID(str(found))
