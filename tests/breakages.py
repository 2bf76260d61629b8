"""Ways in which a database breaks: really, and on whichever server the suite runs.

Each is a context manager, and whoever leaves it finds the database as it was.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from django.db import connections

from hardening import clock
from hardening.errors import StoreUnavailableError
from hardening.events import PasswordChanged, emit

Breakage = Callable[[], AbstractContextManager[None]]


@contextmanager
def store_gone(alias: str = "hardening") -> Iterator[None]:
    """The server ends the connection and lets nobody back in (PostgreSQL), the file's folder is away (SQLite)."""
    connection = connections[alias]
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        with psycopg.connect(**address_of(alias) | {"dbname": "postgres"}, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    else:
        connection.close()
    connection.settings_dict["NAME"] = f"{name}.gone/away"
    try:
        yield
    finally:
        connection.settings_dict["NAME"] = name
        connection.close()


@contextmanager
def disk_full() -> Iterator[None]:
    """SQLite may take no further page; PostgreSQL has turned read-only, as an operator does with a full disk."""
    with connections["hardening"].cursor() as cursor:
        if connections["hardening"].vendor == "postgresql":
            cursor.execute("SET default_transaction_read_only = on")
        else:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
            while _fill_the_last_page():
                pass
    try:
        yield
    finally:
        connections["hardening"].close()


@contextmanager
def table_held(table: str) -> Iterator[None]:
    """Somebody else holds the table (PostgreSQL) or the file (SQLite) and does not let go."""
    if connections["hardening"].vendor == "postgresql":
        with psycopg.connect(**address_of("hardening")) as other:
            other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
    else:
        file = sqlite3.connect(connections["hardening"].settings_dict["NAME"], isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
        yield
        file.rollback()
        file.close()


def address_of(alias: str) -> dict[str, Any]:
    """Return what another connection to the same PostgreSQL database needs."""
    parameters = connections[alias].get_connection_params()
    return {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}


def _fill_the_last_page() -> bool:
    try:
        emit(PasswordChanged(at=clock.now(), account="filler", by="owner"))
    except StoreUnavailableError:
        return False
    return True
