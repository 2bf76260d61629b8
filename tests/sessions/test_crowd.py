"""An account has two sessions at once: the newest win, however many logins come together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client, RequestFactory
from pytest_django import Settings

from hardening import clock
from hardening.assurance import raising
from hardening.conf import ConfigurationError
from hardening.events import Event, SessionEnded, occurred
from hardening.requirements import Standing
from hardening.sessions.conf import SessionsSettings
from hardening.sessions.inventory import open_sessions
from hardening.testing.logins import log_in
from hardening.testing.statements import counted_statements

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.urls("tests.login.urls")]

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def amine() -> Any:
    return get_user_model()._default_manager.create_user("amine.benali", password="x")


def logged_in(account: Any, *, minutes: int, standing: Standing = Standing.FULL) -> Client:
    client = Client()
    with clock.frozen(NOON + timedelta(minutes=minutes)):
        log_in(client, account, standing=standing)
    return client


def is_inside(client: Client, *, minutes: int = 10) -> bool:
    with clock.frozen(NOON + timedelta(minutes=minutes)):
        return bool(client.get("/counter/").status_code == 200)


def test_the_third_login_ends_the_oldest(amine: Any) -> None:
    told: list[Event] = []

    def hear(event: Event, **_: object) -> None:
        told.append(event)

    first, second = (logged_in(amine, minutes=minute) for minute in range(2))
    occurred.connect(hear)
    try:
        third = logged_in(amine, minutes=2)
        assert [is_inside(client) for client in (first, second, third)] == [False, True, True]
    finally:
        occurred.disconnect(hear)

    assert [event.reason for event in told if isinstance(event, SessionEnded)] == ["limited"]


def test_what_was_pushed_out_does_not_come_back(amine: Any) -> None:
    """A stolen cookie that waits until a newer session has logged out."""
    first, _, third = (logged_in(amine, minutes=minute) for minute in range(3))
    with clock.frozen(NOON + timedelta(minutes=3)):
        third.session.delete()

    assert not is_inside(first)


def test_a_held_login_that_is_believed_pushes_the_oldest_out(amine: Any) -> None:
    first = logged_in(amine, minutes=0)
    logged_in(amine, minutes=1)
    held = logged_in(amine, minutes=2, standing=Standing.HELD)
    with clock.frozen(NOON + timedelta(minutes=3)):
        request = RequestFactory().get("/")
        request.session, request.user = held.session, amine
        raising.believe(request, standing=Standing.FULL)
        request.session.delete()

    assert not is_inside(first)


def test_the_list_names_those_that_open_something(amine: Any) -> None:
    for minute in range(3):
        logged_in(amine, minutes=minute)

    with clock.frozen(NOON + timedelta(minutes=10)):
        assert len(open_sessions(str(amine.pk))) == 2


def test_a_held_login_puts_nobody_out(amine: Any) -> None:
    """P9, L2: whoever relays password and code twice must not end the owner's work."""
    own = logged_in(amine, minutes=0)
    for minute in (1, 2, 3):
        logged_in(amine, minutes=minute, standing=Standing.HELD)

    assert is_inside(own)


def test_a_session_that_is_over_takes_no_place(amine: Any) -> None:
    first = logged_in(amine, minutes=0)
    logged_in(amine, minutes=1)
    logged_in(amine, minutes=2)
    assert not is_inside(first)
    kept = logged_in(amine, minutes=20)

    assert is_inside(logged_in(amine, minutes=45), minutes=46)
    assert is_inside(kept, minutes=46)


def test_another_accounts_sessions_take_no_place(amine: Any) -> None:
    claire = get_user_model()._default_manager.create_user("claire.martin", password="x")
    own = logged_in(amine, minutes=0)
    for minute in (1, 2, 3):
        logged_in(claire, minutes=minute)

    assert is_inside(own)


def test_it_costs_no_statement(amine: Any, settings: Settings) -> None:
    settings.HARDENING_SESSIONS = {"touch_every": timedelta(minutes=20)}
    client = logged_in(amine, minutes=0)
    with counted_statements() as statements:
        assert is_inside(client)

    assert len(statements) == 2  # the session and the user


def test_a_limit_of_nobody_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        SessionsSettings(at_most=0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_of_sixteen_logins_at_once_two_are_left(amine: Any) -> None:
    def come(_: int) -> Client:
        client = Client()
        try:
            log_in(client, amine)
        finally:
            connections.close_all()
        return client

    with ThreadPoolExecutor(16) as pool:
        clients = list(pool.map(come, range(16)))

    assert sum(client.get("/counter/").status_code == 200 for client in clients) == 2
