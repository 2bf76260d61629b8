"""Where a rotation of index keys has come to, and holding it there while the database is changed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from django.db import Error, connections, transaction

from hardening.errors import KeyUnavailableError
from hardening.keys import lifecycle
from hardening.keys.key_file import KeyState
from hardening.keys.models import KeyRecord
from hardening.keys.succession import BETWEEN

_LOCK = "hardening.rotate_index"


class Standing(NamedTuple):
    """The index keys in force, and the state of the one beside the primary key; None where no rotation goes on."""

    primary: int
    other: int | None
    state: str | None


def standing() -> Standing:
    """Return where the rotation is, as the database tells."""
    records = {record.state: record.pk for record in KeyRecord.objects.using("default").filter(keyset="index")}
    state = next((state for state in BETWEEN if state in records), None)
    return Standing(records[KeyState.PRIMARY], records[state] if state else None, state)


@contextmanager
def still(at: Standing) -> Iterator[None]:
    """Hold the states of keys meanwhile: a fence of an earlier step would refuse what everybody writes by now.

    Raise KeyUnavailableError if they are not those of ``at`` any more.
    """
    with transaction.atomic(using="default", durable=True):
        lifecycle.lock_records()
        if standing() != at:
            raise KeyUnavailableError("the states of the index keys were changed meanwhile")
        yield


@contextmanager
def alone_on_it() -> Iterator[None]:
    """Keep a second rotation out meanwhile: two would raise fences against each other, and drop each other's indexes.

    Raise KeyUnavailableError while one is running.
    """
    connection = connections["default"]
    if connection.vendor != "postgresql":  # a file of SQLite has one writer, and builds an index at one go
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [_LOCK])
        if not cursor.fetchone()[0]:
            raise KeyUnavailableError("another rotate_index is running")
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # a lost connection has let go of it
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [_LOCK])
