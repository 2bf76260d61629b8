from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings

from hardening.sessions import checks

SAFE = {
    "SESSION_ENGINE": checks.ENGINE,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-session",
    "SESSION_COOKIE_PATH": "/",
    "SESSION_COOKIE_DOMAIN": None,
    "ALLOWED_HOSTS": ["portal.example"],
    "HARDENING_SESSIONS": {},
}


def ids(check: Callable[[], Sequence[CheckMessage]], **changes: object) -> list[str | None]:
    with override_settings(**SAFE | changes):
        return [message.id for message in check()]


def test_a_safe_installation_is_silent() -> None:
    assert ids(checks.check_engine) == ids(checks.check_cookie) == ids(checks.check_limits) == []


@pytest.mark.parametrize("engine", ["signed_cookies", "cache", "cached_db", "file", "db"])
def test_p31_the_engines_of_django_are_refused(engine: str) -> None:
    assert ids(checks.check_engine, SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}") == [
        checks.FOREIGN_ENGINE
    ]


def test_a_cookie_that_scripts_read_is_refused() -> None:
    assert ids(checks.check_cookie, SESSION_COOKIE_HTTPONLY=False) == [checks.READABLE_BY_SCRIPTS]


@pytest.mark.parametrize("same_site", ["None", False, ""])
def test_a_cookie_that_other_sites_send_is_refused(same_site: object) -> None:
    assert ids(checks.check_cookie, SESSION_COOKIE_SAMESITE=same_site) == [checks.SENT_ACROSS_SITES]


def test_a_cookie_in_clear_is_refused_on_any_host_that_a_network_reaches() -> None:
    insecure = {"SESSION_COOKIE_SECURE": False, "SESSION_COOKIE_NAME": "session"}

    assert checks.SENT_IN_CLEAR in ids(checks.check_cookie, **insecure)
    assert checks.SENT_IN_CLEAR in ids(checks.check_cookie, **insecure, ALLOWED_HOSTS=["localhost", "10.0.0.8"])
    assert checks.SENT_IN_CLEAR in ids(checks.check_cookie, **insecure, ALLOWED_HOSTS=["*"])
    assert ids(checks.check_cookie, **insecure, ALLOWED_HOSTS=["localhost", "127.0.0.1", "[::1]"]) == []


@pytest.mark.parametrize(
    "change",
    [{"SESSION_COOKIE_SECURE": False}, {"SESSION_COOKIE_PATH": "/app"}, {"SESSION_COOKIE_DOMAIN": "portal.example"}],
)
def test_a_host_cookie_that_browsers_would_drop_is_refused(change: dict[str, object]) -> None:
    assert checks.PREFIX_WITHOUT_ITS_RULES in ids(checks.check_cookie, **change)


def test_a_cookie_that_a_neighbour_can_plant_is_warned_of() -> None:
    assert ids(checks.check_cookie, SESSION_COOKIE_NAME="session") == [checks.NO_HOST_PREFIX]


@pytest.mark.parametrize(
    "limits",
    [{"idle": timedelta(hours=1, seconds=1)}, {"absolute": timedelta(hours=24, seconds=1)}],
)
def test_limits_beyond_aal2_are_warned_of(limits: dict[str, timedelta]) -> None:
    assert ids(checks.check_limits, HARDENING_SESSIONS=limits) == [checks.WEAKER_THAN_AAL2]


def test_limits_at_the_edge_of_aal2_are_not() -> None:
    edge = {"idle": timedelta(hours=1), "absolute": timedelta(hours=24)}

    assert ids(checks.check_limits, HARDENING_SESSIONS=edge) == []
    assert ids(checks.check_limits, HARDENING_SESSIONS={"idle": timedelta(0)}) == []  # refused by hardening.E002
