"""A portal with a gate: who asks, and requests of his that have proven enough."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from hardening import clock, request_ids
from hardening.disclosing import guard_existence
from hardening.events import Event, occurred
from hardening.requirements import Assurance, Level
from tests.disclosure.cast import NOON

REFERENCE = "k7q2m9xw4tza"

AskedBy = Callable[..., HttpRequest]


@pytest.fixture
def gate(settings: Settings) -> Settings:
    """The settings of a small portal with opticians."""
    settings.HARDENING_DISCLOSURE = {
        "actor": "tests.disclosure.pages.actor_of",
        "purposes": {"rights_check": {}, "care_agreement": {"phishing_resistant": True}},
    }
    return settings


@pytest.fixture
def asked_by(gate: Settings) -> AskedBy:  # noqa: ARG001 - its settings are in force
    """Return requests of an account whose session has proven two steps, and whatever else is said of it."""

    def ask(account: str = "benali", **proven: Any) -> HttpRequest:
        request = RequestFactory().post("/look-up/", REMOTE_ADDR="203.0.113.7")
        steps = Assurance(
            level=Level.AAL2,
            account=account,
            session=f"session-of-{account}",
            methods=("otp", "pwd"),
            proven_at=NOON,
        )
        request.assurance = replace(steps, **proven)  # type: ignore[attr-defined]  # as the middleware does
        request.account = account  # type: ignore[attr-defined]  # for actor_of
        return request

    return ask


@pytest.fixture
def serving() -> Iterator[None]:
    """Stand inside a request, where existence is guarded and a reference given."""
    with request_ids.assigned(REFERENCE), guard_existence():
        yield


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def told() -> Iterator[list[Event]]:
    """The events of the test, in their order."""
    heard: list[Event] = []

    def hear(event: Event, **_: object) -> None:
        heard.append(event)

    occurred.connect(hear)
    yield heard
    occurred.disconnect(hear)
