from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest

from hardening.audit.payloads import actor_of, payload_of, plain
from hardening.clients import Client
from hardening.events import Event, GrantIssued, LockoutReleased, LockoutStarted, PasswordChanged

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Colour(StrEnum):
    GREEN = "green"


@dataclass(frozen=True, kw_only=True)
class Vague(Event):
    name = "test.vague"
    thing: object


def test_a_payload_holds_what_no_column_holds() -> None:
    locked = LockoutStarted(at=NOON, account="claire", bucket="unknown", failures=5, until=NOON + timedelta(minutes=1))

    assert payload_of(locked) == '{"bucket":"unknown","failures":5,"until":"2026-03-03T12:01:00.000000+00:00"}'


def test_a_browser_is_kept_as_a_family_beside_the_event() -> None:
    at_home = Client(address="203.0.113.7", network="203.0.113.0/24", browser="Firefox, Linux")

    assert (
        payload_of(PasswordChanged(at=NOON, by="owner", client=at_home)) == '{"browser":"Firefox, Linux","by":"owner"}'
    )


@pytest.mark.parametrize(
    ("event", "actor"),
    [
        (GrantIssued(at=NOON, account="amine", issued_by="sophie", grant="g"), "sophie"),
        (LockoutReleased(at=NOON, released_by="sophie", reason="called"), "sophie"),
        (PasswordChanged(at=NOON, account="claire", by="owner"), ""),
    ],
)
def test_who_acted_is_found_under_each_of_its_names(event: Event, actor: str) -> None:
    assert actor_of(event) == actor


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, None),
        (True, True),
        (Colour.GREEN, "green"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2026, 3, 3), "2026-03-03"),
        (timedelta(seconds=1), {"microseconds": 1_000_000}),
        ({"b": (1, 2)}, {"b": [1, 2]}),
        (frozenset({"b", "a"}), ["a", "b"]),
    ],
)
def test_every_usual_kind_has_one_form(value: object, said: object) -> None:
    assert plain(value) == said


@pytest.mark.parametrize("thing", [1.5, b"bytes", object(), Client(address="203.0.113.7", network="")])
def test_an_event_that_cannot_be_said_exactly_is_refused(thing: Any) -> None:
    with pytest.raises(TypeError):
        payload_of(Vague(at=NOON, thing=thing))
