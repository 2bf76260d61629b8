"""What an entry says of its event beyond the columns: each remaining field, in one canonical form."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import singledispatch
from uuid import UUID

from hardening.audit.canonical import canonical_json
from hardening.audit.pseudonyms import without_numbers
from hardening.events import Event

ACTORS = ("actor", "issued_by", "released_by")
"""The fields in which an event names who acted, where that is not the account."""

_COLUMNS = frozenset({"at", "account", "session", "intent", "client", "subject", *ACTORS})


def payload_of(event: Event) -> str:
    """Return the rest of the event as canonical JSON.

    Raise TypeError for a field of a kind that has no exact form here: better no event than a vague entry.
    """
    said = {field.name: plain(getattr(event, field.name)) for field in fields(event) if field.name not in _COLUMNS}
    if event.client is not None and event.client.browser:
        said["browser"] = plain(event.client.browser)
    return canonical_json(said)


def actor_of(event: Event) -> str:
    """Return who acted, where the event names somebody other than the account."""
    return next((str(named) for field in ACTORS if (named := getattr(event, field, ""))), "")


@singledispatch
def plain(value: object) -> object:
    """Return ``value`` in the forms that JSON has, free text without numbers that could be a person's.

    Raise TypeError for a kind that has no exact form here; an address is one of them, it has its own columns.
    """
    if value is None:
        return None
    raise TypeError(f"an entry cannot hold a {type(value).__name__}")


@plain.register
def _(value: int) -> object:
    return value


@plain.register
def _(value: str) -> object:
    return without_numbers(value)


@plain.register
def _(value: Enum) -> object:
    return plain(value.value)


@plain.register
def _(value: UUID) -> object:
    return str(value)


@plain.register
def _(value: date) -> object:
    return value.isoformat()


@plain.register
def _(value: datetime) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


@plain.register
def _(value: timedelta) -> object:
    return {"microseconds": value // timedelta(microseconds=1)}


@plain.register(Mapping)
def _(value: Mapping[object, object]) -> object:
    return {str(key): plain(inner) for key, inner in value.items()}


@plain.register(AbstractSet)
def _(value: AbstractSet[object]) -> object:
    return sorted((plain(inner) for inner in value), key=str)


@plain.register(list)
@plain.register(tuple)
def _(value: Sequence[object]) -> object:
    return [plain(inner) for inner in value]
