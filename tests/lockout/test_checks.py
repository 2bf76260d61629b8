from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.backends import BaseBackend, ModelBackend, RemoteUserBackend
from django.core.checks import run_checks
from django.db import connections
from django.http import HttpRequest
from django.test import override_settings

from hardening.backends import HardeningBackend
from hardening.lockout import checks

OURS = "hardening.backends.HardeningBackend"


def path_of(backend: type) -> str:
    return f"{backend.__module__}.{backend.__qualname__}"


def ids(*backends: str) -> list[str | None]:
    with override_settings(AUTHENTICATION_BACKENDS=list(backends)):
        return [message.id for message in checks.check_backends()]


class Careless(HardeningBackend):
    """Overrides the guarded method, so that its guesses are not counted."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:  # type: ignore[override]
        return ModelBackend.authenticate(self, request, **credentials)


class CarelessWhenAsynchronous(HardeningBackend):
    async def aauthenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:  # type: ignore[override]
        return await ModelBackend.aauthenticate(self, request, **credentials)


class Directory(HardeningBackend):
    """Verifies elsewhere, behind the same slot."""

    def is_right(self, account: object, *, password: str) -> bool:
        return account is not None and password == "as the directory says"


class Tokens(BaseBackend):
    def authenticate(self, request: HttpRequest | None, *, token: str) -> Any:  # type: ignore[override]
        return self.get_user(int(token)) if request else None


def test_our_settings_pass_every_check_of_lockout_and_of_axes() -> None:
    assert [message.id for message in run_checks() if str(message.id).startswith(("hardening_lockout", "axes"))] == []


def test_a_project_without_a_guarded_backend_is_refused() -> None:
    assert ids(path_of(RemoteUserBackend)) == ["hardening_lockout.E001"]


@pytest.mark.parametrize(
    "backend",
    [path_of(ModelBackend), "axes.backends.AxesBackend", path_of(Careless), path_of(CarelessWhenAsynchronous)],
)
def test_a_backend_that_compares_passwords_uncounted_is_refused(backend: str) -> None:
    """R2."""
    assert ids(OURS, backend) == ["hardening_lockout.E002"]


@pytest.mark.parametrize(
    "backend",
    ["axes.backends.AxesStandaloneBackend", path_of(RemoteUserBackend), path_of(Tokens), path_of(Directory)],
)
def test_a_backend_that_compares_none_or_behind_the_slot_is_accepted(backend: str) -> None:
    assert ids(OURS, backend) == []


@override_settings(AXES_HANDLER="axes.handlers.database.AxesDatabaseHandler")
def test_a_second_counter_is_refused() -> None:
    assert [message.id for message in checks.check_axes_handler()] == ["hardening_lockout.E003"]


def test_counters_inside_the_views_transaction_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """R22."""
    monkeypatch.setitem(connections["hardening"].settings_dict, "ATOMIC_REQUESTS", value=True)

    assert [message.id for message in checks.check_store()] == ["hardening_lockout.E004"]


def test_a_database_that_cannot_reserve_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["hardening"], "vendor", "oracle")

    assert [message.id for message in checks.check_store()] == ["hardening_lockout.E005"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("HARDENING_LOCKOUT", {"failures": 50}),
        ("HARDENING_LOCKOUT", {"failures": 0}),
        ("HARDENING_LOCKOUT", {"falures": 5}),
        ("HARDENING_CLIENTS", {"trusted_proxies": ("0.0.0.0/0",)}),
    ],
)
def test_an_impossible_setting_is_said_at_start_up(setting: str, value: dict[str, object]) -> None:
    with override_settings(**{setting: value}):
        assert [message.id for message in checks.check_settings()] == ["hardening_lockout.E006"]


def test_the_portal_names_our_backend_alone() -> None:
    assert settings.AUTHENTICATION_BACKENDS == [OURS]
