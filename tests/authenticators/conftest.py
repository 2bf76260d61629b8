"""The cast, and their telephones."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model

from hardening import clock
from hardening.events import Event, occurred

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def person() -> Callable[..., Any]:
    def create(username: str, **fields: Any) -> Any:
        return get_user_model()._default_manager.create(username=username, **fields)

    return create


@pytest.fixture
def amine(person: Callable[..., Any]) -> Any:
    return person("amine.benali", full_name="Dr Amine Benali")


@pytest.fixture
def claire(person: Callable[..., Any]) -> Any:
    return person("claire.martin", full_name="Claire Martin")


@pytest.fixture
def sophie(person: Callable[..., Any]) -> Any:
    return person("sophie", full_name="Sophie", is_staff=True)


@pytest.fixture
def at_noon() -> Iterator[datetime]:
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def told() -> Iterator[list[Event]]:
    heard: list[Event] = []

    def hear(event: Event, **_: object) -> None:
        heard.append(event)

    occurred.connect(hear)
    yield heard
    occurred.disconnect(hear)


@pytest.fixture
def admin_as_before() -> Iterator[None]:
    """Installing an app registers its models with the admin, and removing it takes none of them out."""
    registered = dict(admin.site._registry)
    yield
    admin.site._registry.clear()
    admin.site._registry.update(registered)
