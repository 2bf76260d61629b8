from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.checks import CheckMessage
from django.db.utils import ConnectionHandler
from pytest_django.fixtures import Settings

from hardening.disclosure import checks
from hardening.disclosure.stores.choosing import budget_store
from hardening.errors import StoreUnavailableError

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": Path("hardening.sqlite3"),
    "OPTIONS": {"transaction_mode": "IMMEDIATE"},
}
IN_ORDER = {"actor": "tests.disclosure.pages.actor_of", "purposes": {"rights_check": {}}}


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def with_databases(monkeypatch: pytest.MonkeyPatch, **databases: dict[str, Any]) -> list[str | None]:
    monkeypatch.setattr(checks, "connections", ConnectionHandler({"default": {}, **databases}))
    return ids(checks.check_alias())


def test_counts_on_the_view_s_own_connection_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_databases(monkeypatch) == [checks.NO_ALIAS]


def test_an_embedded_store_that_begins_late_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_databases(monkeypatch, hardening=SQLITE | {"OPTIONS": {}}) == [checks.NOT_IMMEDIATE]
    assert with_databases(monkeypatch, hardening=SQLITE) == []


def test_requests_that_roll_the_ledger_back_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_databases(monkeypatch, hardening=SQLITE | {"ATOMIC_REQUESTS": True}) == [checks.ROLLED_BACK_WITH_VIEW]


def test_a_database_that_keeps_no_budgets_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    unsupported = {"ENGINE": "django.db.backends.dummy", "NAME": ""}

    assert with_databases(monkeypatch, hardening=unsupported) == [checks.STORE_UNSUPPORTED]


def test_this_portal_s_databases_are_in_order() -> None:
    assert checks.check_alias() == []


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"store": "databse"}, "did you mean 'database'"),
        ({"purpose": {}}, "did you mean 'purposes'"),
        ({"purposes": {"rights_check": {"lable": "x"}}}, "did you mean 'label'"),
        ({"professions": {"optician": {"cap": 10, "start": 11}}}, "above its cap"),
        ({"newcomer_percent": 0}, "share of 1 to 100"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: Settings, given: dict[str, Any], word: str) -> None:
    settings.HARDENING_DISCLOSURE = IN_ORDER | given

    (error,) = checks.check_settings()

    assert error.id == checks.SETTINGS_UNUSABLE
    assert word in error.msg


def test_a_store_of_one_process_is_refused_outside_tests(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HARDENING_DISCLOSURE = IN_ORDER | {"store": "in_process"}
    assert checks.check_settings() == []

    monkeypatch.delattr(mail, "outbox")

    assert ids(checks.check_settings()) == [checks.STORE_OF_ONE_PROCESS]
    with pytest.raises(StoreUnavailableError, match="one worker only"):
        budget_store()


def test_an_actor_that_is_not_there_is_refused(settings: Settings) -> None:
    settings.HARDENING_DISCLOSURE = IN_ORDER | {"actor": "tests.disclosure.pages.actor_off"}

    assert ids(checks.check_settings()) == [checks.ACTOR_NOT_FOUND]


def test_without_an_actor_or_a_purpose_it_says_that_everything_is_refused(settings: Settings) -> None:
    settings.HARDENING_DISCLOSURE = {}

    assert ids(checks.check_settings()) == [checks.NO_PURPOSE, checks.NO_ACTOR]


def test_settings_in_order_are_left_alone(settings: Settings) -> None:
    settings.HARDENING_DISCLOSURE = IN_ORDER

    assert checks.check_settings() == []
