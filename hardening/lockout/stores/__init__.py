"""Where attempts are reserved: one statement each, atomic, on the database that holds the buckets."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from hardening import clock
from hardening.errors import StoreUnavailableError
from hardening.lockout.buckets import Bucket, Reservation
from hardening.lockout.models import StoredBucket


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt, as the stores write it: what it asks of each bucket, without any name in clear."""

    slot: str
    step: str
    is_second_step: bool
    account: str
    network: str
    browser: str
    origins: Mapping[UUID, str]
    """For each bucket what its failure says of where it came from (see ``buckets.Failure``)."""


class SlotStore(Protocol):
    """Reserve before anything is compared, settle afterwards."""

    def reserve(self, attempt: Attempt, *, buckets: Sequence[Bucket], at: datetime | None) -> Reservation:
        """Do what ``buckets.reserve`` says, on what is recorded, in one round trip.

        ``at`` None means the store's own clock: hosts disagree about the time, and a guesser would choose the
        one that is ahead (R18).
        """

    def settle(self, slot: str, *, keys: Sequence[UUID], was_second_step: bool, cleared: UUID | None) -> None:
        """Take the slot out of each bucket, and empty the ``cleared`` one: nobody else's (P12, R6)."""


def slot_store() -> SlotStore:
    """Return the store of the database that the router names for buckets."""
    from hardening.lockout.stores.postgresql import PostgreSQLSlots  # noqa: PLC0415 - each needs this module
    from hardening.lockout.stores.sqlite import SQLiteSlots  # noqa: PLC0415 - likewise

    connection = connection_of_buckets()
    return PostgreSQLSlots(connection) if connection.vendor == "postgresql" else SQLiteSlots(connection)


def alias_of_buckets() -> str:
    """Return the alias that buckets are written on."""
    return router.db_for_write(StoredBucket)


def connection_of_buckets() -> BaseDatabaseWrapper:
    """Return this thread's connection to the buckets."""
    return connections[alias_of_buckets()]


def time_of_attempts() -> datetime | None:
    """Return the frozen clock's time for the stores to take, or None where each takes its own."""
    return clock.now() if clock.is_frozen() else None


@contextmanager
def failing_closed() -> Iterator[None]:
    """Turn any fault of the database into StoreUnavailableError: without a counter nothing is compared (R13)."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise StoreUnavailableError("failed logins cannot be counted: nobody can log in meanwhile") from error
