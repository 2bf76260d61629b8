"""The portal with its cast and its samples, and the ways a test gets in."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from hardening.testing.browsers import make_known
from portal.accounts.models import Account
from portal.demo.cast import PASSWORD, hire
from portal.demo.enrolling import enrol, next_code
from portal.demo.filling import fill
from portal.lookups.forms import today

LogIn = Callable[[str], Client]


@pytest.fixture
def cast(db: None) -> dict[str, Account]:  # noqa: ARG001 - asked for its effect
    """The professionals and administrators, with their one-time codes."""
    accounts = hire()
    enrol(accounts)
    return accounts


@pytest.fixture
def town(db: None) -> date:  # noqa: ARG001 - asked for its effect
    """The samples, and nobody else; returns the day that it is."""
    fill(people=0, today=today(), advance=lambda _: None)
    return today()


@pytest.fixture
def log_in(cast: dict[str, Account]) -> LogIn:
    """Log somebody of the cast in at his own computer as he does it himself: password, then code."""

    def opened(username: str) -> Client:
        client = Client()
        make_known(client, cast[username])
        page = client.post("/login/", {"username": username, "password": PASSWORD}, follow=True)
        code, _ = next_code(username)
        authenticator = page.context["form"]["authenticator"].value()
        client.post("/login/code/", {"authenticator": authenticator, "code": code})
        return client

    return opened


@pytest.fixture
def benali(log_in: LogIn) -> Client:
    """Dr Amine Benali, optician in Lyon, at his counter."""
    return log_in("benali")


@pytest.fixture
def claire(log_in: LogIn) -> Client:
    """Claire Martin, dentist in Nantes."""
    return log_in("martin")


@pytest.fixture
def sophie(log_in: LogIn) -> Client:
    """Sophie, the administrator."""
    return log_in("sophie")
