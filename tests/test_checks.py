from collections.abc import Callable, Sequence

import pytest
from django.conf import settings
from django.core.checks import CheckMessage
from django.test import override_settings

from hardening import checks
from hardening.composition import MIDDLEWARE_PARTS

SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"


def found(check: Callable[[], Sequence[CheckMessage]], **changes: object) -> list[CheckMessage]:
    with override_settings(**changes):
        return list(check())


def ids(check: Callable[[], Sequence[CheckMessage]], **changes: object) -> list[str | None]:
    return [message.id for message in found(check, **changes)]


def test_this_installation_is_silent() -> None:
    assert ids(checks.check_settings) == ids(checks.check_databases) == ids(checks.check_middleware) == []


@pytest.mark.parametrize(
    ("name", "meant"), [("HARDENING_SESSION", "HARDENING_SESSIONS"), ("HARDENING_ASURANCE", "HARDENING_ASSURANCE")]
)
def test_a_misspelt_setting_is_refused_with_the_name_that_was_meant(name: str, meant: str) -> None:
    (message,) = found(checks.check_settings, **{name: {}})

    assert message.id == checks.UNKNOWN_SETTING
    assert f"did you mean {meant!r}?" in message.msg


@pytest.mark.parametrize("value", [{"idel": 5}, {"idle": 5}, "30 minutes", {"touch_every": None}, {1: 2}], ids=repr)
def test_a_value_that_the_domain_refuses_is_refused(value: object) -> None:
    assert ids(checks.check_settings, HARDENING_SESSIONS=value) == [checks.REFUSED_SETTING]


def test_the_settings_of_every_installed_domain_and_of_the_root_are_known() -> None:
    assert {"HARDENING_SESSIONS", "HARDENING_ASSURANCE", "HARDENING_CLIENTS", "HARDENING_SITE"} <= set(
        checks.known_settings()
    )


def test_a_missing_alias_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(settings.DATABASES, "hardening")

    assert ids(checks.check_databases) == [checks.NO_ALIAS]


def test_a_missing_router_is_refused() -> None:
    assert ids(checks.check_databases, DATABASE_ROUTERS=[]) == [checks.NO_ROUTER]


def test_r22_an_alias_that_rolls_back_with_the_view_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES, "hardening", {"ATOMIC_REQUESTS": True})

    assert ids(checks.check_databases) == [checks.ATOMIC_ALIAS]


def test_a_missing_middleware_is_refused() -> None:
    assert ids(checks.check_middleware, MIDDLEWARE=[SESSION, checks.AUTHENTICATION]) == [checks.NO_MIDDLEWARE]


def test_the_middleware_of_each_domain_is_an_installation_too() -> None:
    listed = [SESSION, checks.AUTHENTICATION, *MIDDLEWARE_PARTS.values()]

    assert ids(checks.check_middleware, MIDDLEWARE=listed) == []


@pytest.mark.parametrize(
    "listed",
    [
        [checks.MIDDLEWARE, SESSION, checks.AUTHENTICATION],
        [SESSION, checks.MIDDLEWARE, checks.AUTHENTICATION],
        [SESSION, checks.AUTHENTICATION, MESSAGES, checks.MIDDLEWARE],
    ],
)
def test_a_misplaced_middleware_is_refused(listed: list[str]) -> None:
    assert ids(checks.check_middleware, MIDDLEWARE=listed) == [checks.MISPLACED_MIDDLEWARE]


@pytest.mark.parametrize("again", [checks.MIDDLEWARE, *MIDDLEWARE_PARTS.values()])
def test_a_doubled_middleware_is_refused(again: str) -> None:
    listed = [SESSION, checks.AUTHENTICATION, checks.MIDDLEWARE, again]

    assert ids(checks.check_middleware, MIDDLEWARE=listed) == [checks.DOUBLED_MIDDLEWARE]
