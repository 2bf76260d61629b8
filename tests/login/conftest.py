"""The cast at the pages of the login."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from pytest_django import Settings

from hardening import clock
from hardening.events import Event, occurred
from hardening.login import mailing
from hardening.testing.passkeys import SoftPasskey, bind_soft_passkey
from hardening.testing.phones import Phone, bind_phone
from tests.login.visitors import GLASSES, TEETH, Visitor

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)

Create = Callable[..., Any]


@pytest.fixture(autouse=True)
def pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.login.urls"
    settings.LOGIN_REDIRECT_URL, settings.LOGOUT_REDIRECT_URL = "counter", None
    settings.HARDENING_LOGIN = {"portal_url": "https://portail.example"}


@pytest.fixture
def at_noon() -> Iterator[datetime]:
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def account() -> Create:
    def create(username: str, *, password: str = GLASSES, **fields: Any) -> Any:
        fields = {"email": f"{username}@example.org", **fields}
        return get_user_model()._default_manager.create_user(username, password=password, **fields)

    return create


@pytest.fixture
def amine(account: Create) -> Any:
    return account("amine.benali", full_name="Dr Amine Benali")


@pytest.fixture
def claire(account: Create) -> Any:
    return account("claire.martin", password=TEETH, full_name="Claire Martin")


@pytest.fixture
def sophie(account: Create) -> Any:
    return account("sophie", is_staff=True, is_superuser=True, full_name="Sophie")


@pytest.fixture
def phone(amine: Any) -> Phone:
    return bind_phone(amine)


@pytest.fixture
def device(amine: Any) -> SoftPasskey:
    return bind_soft_passkey(amine)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.fixture
def told() -> Iterator[list[Event]]:
    heard: list[Event] = []

    def hear(event: Event, **_: object) -> None:
        heard.append(event)

    occurred.connect(hear)
    yield heard
    occurred.disconnect(hear)


@pytest.fixture
def letterbox(mailoutbox: list[Any]) -> Callable[[], list[Any]]:
    """What has been mailed, once everything on its way has arrived."""

    def emptied() -> list[Any]:
        mailing.flush()
        return mailoutbox

    return emptied
