"""The cast and a clock, for every test of assurance."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hardening import clock
from portal.accounts.models import Account

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def benali() -> Account:
    return Account.objects.create_user("benali", password="correct horse")


@pytest.fixture
def martin() -> Account:
    return Account.objects.create_user("martin", password="battery staple")


@pytest.fixture
def sophie() -> Account:
    return Account.objects.create_superuser("sophie", password="quiet harbour")
