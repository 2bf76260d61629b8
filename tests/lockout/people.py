"""The cast of these tests, and the requests they make."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.db import connections
from django.http import HttpRequest
from django.test import RequestFactory

from hardening.clients import Client
from hardening.events import Event, occurred
from hardening.lockout import attempts
from hardening.lockout.attempts import Slot
from portal.accounts.models import Account

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

PASSWORD = "a wet tram in Villeurbanne"
LYON = Client(address="192.0.2.77", network="192.0.2.0/24", browser="Firefox, Windows")
NANTES = Client(address="198.51.100.7", network="198.51.100.0/24", browser="Chrome, Android")

T = TypeVar("T")


def amine(**fields: object) -> Account:
    """Dr Amine Benali, optician in Lyon."""
    return account("amine.benali", **fields)


def claire(**fields: object) -> Account:
    """Claire Martin, dentist in Nantes."""
    return account("claire.martin", **fields)


def account(username: str, **fields: object) -> Account:
    created = get_user_model().objects.create_user(username, password=PASSWORD)
    for name, value in fields.items():
        setattr(created, name, value)
    created.save()
    return created


def attempt(name: str = "amine.benali", *, client: Client = LYON, step: str = "password") -> Slot:
    return attempts.reserve(submitted=name, step=step, client=client)


def fail(times: int = 1, name: str = "amine.benali", *, client: Client = LYON, step: str = "password") -> None:
    for _ in range(times):
        attempt(name, client=client, step=step).fail()


def request_from(client: Client = LYON, *, cookies: dict[str, str] | None = None) -> HttpRequest:
    request = RequestFactory().post("/", REMOTE_ADDR=client.address)
    request.COOKIES.update(cookies or {})
    return request


@contextmanager
def told_events() -> Iterator[list[Event]]:
    """Collect what is emitted inside the block."""
    told: list[Event] = []

    def note(*, event: Event, **_: object) -> None:
        told.append(event)

    occurred.connect(note)
    try:
        yield told
    finally:
        occurred.disconnect(note)


def at_once(number: int, act: Callable[[], T]) -> list[T]:
    """Run ``act`` in ``number`` threads that all start together; return what each answered."""
    start = Barrier(number)

    def run(_: int) -> T:
        start.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))
