import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_type_hints
from uuid import UUID

import pytest

from hardening.audit.models import Entry
from hardening.clients import Client
from hardening.events import Event, emit
from hardening.subjects import SubjectId

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
REFERENCES = {"account", "actor", "issued_by", "released_by", "session"}
PASTED = "2 69 05 49 588 157 80 and 123456 on /lookup?nir=269054958815780&code=123456"
INTENT = "11111111-aaaa-4bbb-8ccc-dddddddddddd"


def events(base: type[Event] = Event) -> Iterator[type[Event]]:
    for event in base.__subclasses__():
        if event.__module__.startswith("hardening."):
            yield event
        yield from events(event)


EVERY_EVENT = sorted(set(events()), key=lambda event: event.name)


def sample(event: type[Event]) -> Event:
    """Return the event with a pasted number in every field that takes a text."""
    hints = get_type_hints(event)
    values: dict[str, Any] = {field.name: value_for(field.name, hints[field.name]) for field in fields(event)}
    return event(**values)


def value_for(name: str, hint: Any) -> object:
    if name == "intent":
        return INTENT
    if hint is str:
        return "ref-a" if name in REFERENCES else PASTED
    by_type: dict[Any, object] = {
        datetime: NOON,
        Client | None: Client(address="203.0.113.7", network="203.0.113.0/24", browser=PASTED),
        int: 3,
        bool: True,
        tuple[str, ...]: (PASTED, "nir"),
        SubjectId: SubjectId(UUID("00010000-0000-4000-8000-00000000000a")),
    }
    return by_type[hint]


def test_there_are_events_to_speak_of() -> None:
    assert len(EVERY_EVENT) >= 20
    assert len({event.name for event in EVERY_EVENT}) == len(EVERY_EVENT)


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: event.name)
def test_every_event_gives_exactly_one_entry(event: type[Event]) -> None:
    """A1."""
    emit(sample(event))

    entry = Entry.objects.get()
    assert (entry.name, entry.at, entry.account, entry.session) == (event.name, NOON, "ref-a", "ref-a")


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: event.name)
def test_no_entry_holds_a_number_a_code_or_a_query_string(event: type[Event]) -> None:
    """A3, R11, C14."""
    emit(sample(event))

    # Everything that free text can reach: all columns but our own keyed digests and identifiers.
    stored = Entry.objects.values("name", "account", "actor", "session", "network", "request_id", "payload").get()
    assert not re.search(r"2\D{0,2}69|\d{6}(?!\+00:00)|nir=|\?", " ".join(map(str, stored.values())))


def test_an_event_that_a_portal_adds_is_audited_from_its_first_day() -> None:
    class DoorOpened(Event):
        name = "portal.door.opened"

    emit(DoorOpened(at=NOON, account="claire"))

    assert Entry.objects.get().name == "portal.door.opened"
