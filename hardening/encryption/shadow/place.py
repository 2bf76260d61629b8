"""Where one run works: its connections, the table it copies, and the schema that holds all that it makes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, OperationalError

from hardening.encryption.sealed_table import SealedTable
from hardening.errors import HardeningError

ROOM_PREFIX = "hardening_shadow_"
_TOKEN_BYTES = 4
_HELD = {"55P03", "40P01"}
"""PostgreSQL: lock not available in time, deadlock."""
_UNLIMITED = """
SELECT set_config(name, '0', false) FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
"""
"""A copy takes as long as it takes, as a dump does; the lock is limited where it is asked for."""
_FIND = """
SELECT c.oid, quote_ident(n.nspname), quote_ident(c.relname), quote_ident(n.nspname) || '.' || quote_ident(c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = %s::regclass
"""


class ShadowError(HardeningError):
    """The copy was given up, and the table is what it was. The text says why and names no value."""


class LockNotObtainedError(ShadowError):
    """Somebody held the table for longer than this run waits."""


@dataclass(frozen=True)
class Original:
    """The table as the database knows it now."""

    oid: int
    schema: str
    """As SQL."""
    name: str
    """Of the table alone, as SQL."""
    qualified: str
    """With its schema, as SQL."""


@dataclass(frozen=True)
class Room:
    """The schema of one run. All that a run makes is in it, or goes with it: to drop it is to clear up."""

    name: str
    original: Original

    @property
    def table(self) -> str:
        """Return the copy, which has the table's own name there, as have its indexes."""
        return f"{self.name}.{self.original.name}"

    @property
    def changes(self) -> str:
        """Return the table of primary keys that were written during the copy."""
        return f"{self.name}.hardening_changes"

    @property
    def noting(self) -> str:
        """Return the trigger function that writes them down."""
        return f"{self.name}.hardening_note_change"


def new_room(original: Original) -> Room:
    """Return a room under a name of its own, so that a worker of a dead run never writes into the next one's."""
    return Room(f"{ROOM_PREFIX}{original.oid}_{secrets.token_hex(_TOKEN_BYTES)}", original)


class Session:
    """One connection beside Django's: it commits statement by statement unless a block is opened."""

    def __init__(self, table: SealedTable) -> None:
        self._wrapper = table.connection.copy()
        self._wrapper.settings_dict["OPTIONS"].pop("pool", None)  # a lock of the session would go back with it
        self._wrapper.ensure_connection()
        self.raw: Any = self._wrapper.connection
        self.run(_UNLIMITED)

    def run(self, sql: str, params: tuple[Any, ...] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Execute a statement and return its rows.

        Raise LockNotObtainedError where somebody else holds what it needs, else Django's database errors.
        """
        try:
            with self._wrapper.wrap_database_errors, self.raw.cursor() as cursor:
                cursor.execute(sql, params or None)
                return cursor.fetchall() if cursor.description else []
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) in _HELD:
                raise LockNotObtainedError("somebody else holds the table") from error
            raise

    @contextmanager
    def block(self, *, isolation: str = "READ COMMITTED") -> Iterator[None]:
        """Open a transaction; an exception rolls it back."""
        self.run(f"BEGIN ISOLATION LEVEL {isolation}")
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        self.run("COMMIT")

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Open a transaction that is rolled back in any case."""
        self.run("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def close(self) -> None:
        """Give the connection back; its locks end with it."""
        self._wrapper.close()

    def _roll_back(self) -> None:
        with suppress(DatabaseError):  # a connection that is gone has rolled back already
            self.run("ROLLBACK")


@contextmanager
def session(table: SealedTable) -> Iterator[Session]:
    """Open a session to the table's database for a block."""
    opened = Session(table)
    try:
        yield opened
    finally:
        with suppress(DatabaseError):
            opened.close()


def find_original(at: Session, table: SealedTable) -> Original:
    """Return the table of a model."""
    (found,) = at.run(_FIND, (table.quoted(table.model._meta.db_table),))
    return Original(*found)


def rooms_of(at: Session, original: Original) -> list[Room]:
    """Return what earlier runs over this table have left."""
    found = at.run(
        "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", (f"{ROOM_PREFIX}{original.oid}_",)
    )
    return [Room(name, original) for (name,) in found]
