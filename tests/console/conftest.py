from collections.abc import Iterator

import pytest
from django.test import Client

from hardening import clock
from hardening.testing.logins import log_in
from portal.accounts.models import Account
from tests.console.people import NOON, sophie


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def administrator() -> Account:
    return sophie()


@pytest.fixture
def on_duty(client: Client, administrator: Account, noon: None) -> Client:  # noqa: ARG001 - holds the clock
    """Sophie's browser, a moment after both steps of her login."""
    log_in(client, administrator)
    return client
