"""What somebody at a counter sees while a database is down, held or full: an error that says so, and nobody's data."""

from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from hardening.disclosure.models import LedgerRow
from portal.demo.cast import PASSWORD
from portal.demo.households import Person
from portal.demo.samples import JOSETTE, NOBODY
from tests.breakages import Breakage, disk_full, store_gone, table_held
from tests.portal.people import look_up, text_of

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
    pytest.mark.usefixtures("town"),
]


def store_held() -> AbstractContextManager[None]:
    return table_held("hardening_disclosure_tally")


def lockout_held() -> AbstractContextManager[None]:
    return table_held("hardening_lockout_bucket")


def discloses(response: Any) -> list[str]:
    page = text_of(response)
    return [word for word in (JOSETTE.first_names, JOSETTE.last_name, "Droits ouverts") if word in page]


@pytest.mark.parametrize("breakage", [store_gone, disk_full, store_held])
@pytest.mark.parametrize("person", [JOSETTE, NOBODY], ids=["insured", "unknown"])
def test_a_look_up_says_that_nothing_was_shown_and_when_to_try_again(
    benali: Client, breakage: Breakage, person: Person
) -> None:
    with breakage():
        refused = look_up(benali, person)

    assert refused.status_code == 503
    assert int(refused["Retry-After"]) > 0
    assert "Aucune donnée n’a été affichée" in text_of(refused)
    assert discloses(refused) == []
    assert not LedgerRow.objects.of_people().exists()


def test_after_the_outage_the_same_form_finds_the_person(benali: Client) -> None:
    with disk_full():
        look_up(benali, JOSETTE)

    assert "Droits ouverts" in text_of(look_up(benali, JOSETTE))


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("breakage", [store_gone, disk_full, lockout_held])
def test_while_failures_cannot_be_counted_nobody_logs_in(client: Client, breakage: Breakage) -> None:
    with breakage():
        refused = client.post("/login/", {"username": "benali", "password": PASSWORD})

    assert refused.status_code == 503
    assert PASSWORD not in text_of(refused)
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_without_the_accounts_the_portal_says_that_it_is_our_fault(benali: Client) -> None:
    benali.raise_request_exception = False
    with store_gone("default"):
        refused = look_up(benali, JOSETTE)

    assert refused.status_code == 503
    assert refused["Retry-After"]
    assert "Une panne de notre côté" in text_of(refused)
    assert discloses(refused) == []
