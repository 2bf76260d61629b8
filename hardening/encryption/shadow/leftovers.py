"""What a run that was killed has left: found by name, and removed whole."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hardening.encryption.sealed_table import SealedTable
from hardening.encryption.shadow.changes import TRIGGERS
from hardening.encryption.shadow.foreign_keys import foreign_keys
from hardening.encryption.shadow.patience import Patience
from hardening.encryption.shadow.place import (
    LockNotObtainedError,
    Original,
    Room,
    Session,
    ShadowError,
    rooms_of,
    session,
)

_LOCK_CLASS = 0x5AAD0
"""Of our advisory locks, beside the table's object id."""
_WAIT_FOR_THE_DEAD = "30s"
"""The server notices within seconds that the client of a running statement has gone."""


@contextmanager
def alone(at: Session, original: Original) -> Iterator[None]:
    """Keep other runs off the table while the block lasts.

    Raise ShadowError if one is at work.
    """
    # So that the statements of a killed run end with it, an index of an hour among them.
    at.run("SET client_connection_check_interval = '2s'")
    at.run(f"SET lock_timeout = '{_WAIT_FOR_THE_DEAD}'")
    try:
        at.run("SELECT pg_advisory_lock(%s, %s)", (_LOCK_CLASS, _signed(original.oid)))
    except LockNotObtainedError:
        raise ShadowError(f"another run copies {original.qualified}") from None
    at.run("SET lock_timeout = 0")
    yield


def left_over(at: Session, original: Original) -> list[str]:
    """Return, as sentences, what a killed run has left."""
    found = [
        f"{original.qualified}: the schema {room.name} holds an unfinished copy, and a trigger may note every write"
        for room in rooms_of(at, original)
    ]
    return found + [
        f"the foreign key {key.label} is in force but not validated"
        for key in foreign_keys(at, original)
        if not key.is_valid
    ]


def clear_up(at: Session, original: Original, *, patience: Patience) -> int:
    """Drop what earlier runs over this table have made, and return how many those were.

    Raise LockNotObtainedError while others hold the table; beside readers the copy at least is dropped, and its
    trigger stopped. The rest does no harm and waits for the next run.
    """
    rooms = rooms_of(at, original)
    for room in rooms:
        _remove(at, room, patience)
    return len(rooms)


def clear_up_anew(table: SealedTable, original: Original, *, patience: Patience) -> None:
    """Do the same over a new connection, when the run's own may be what has failed."""
    with session(table) as fresh:
        clear_up(fresh, original, patience=patience)


def _remove(at: Session, room: Room, patience: Patience) -> None:
    try:
        patience.exercised(lambda: _drop(at, room, patience), table=room.original.qualified)
    except LockNotObtainedError:
        with suppress(LockNotObtainedError):
            _disarm(at, room, patience)
        raise


def _drop(at: Session, room: Room, patience: Patience) -> None:
    with at.block():
        patience.bound(at)
        at.run(f"LOCK TABLE {room.original.qualified} IN ACCESS EXCLUSIVE MODE")
        at.run(f"DROP SCHEMA {room.name} CASCADE")


def _disarm(at: Session, room: Room, patience: Patience) -> None:
    with at.block():
        patience.bound(at)
        for trigger in TRIGGERS:
            at.run(f"ALTER TABLE {room.original.qualified} DISABLE TRIGGER {trigger}")
        at.run(f"DROP TABLE IF EXISTS {room.table}")


def _signed(oid: int) -> int:
    return oid - (1 << 32) if oid >= 1 << 31 else oid
