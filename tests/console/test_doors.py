from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hardening import clock
from hardening.console.doors import FRESH
from hardening.testing.logins import half_log_in, log_in
from tests.console.people import NOON, sophie

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.console.addresses"), pytest.mark.usefixtures("noon")]

PAGES = ["index", "lockouts", "letters", "new_letter", "entries"]
DECISIONS = ["new_letter"]
PERMISSIONS = {
    "lockouts": ["view_release"],
    "letters": ["view_enrolmentgrant"],
    "new_letter": ["add_enrolmentgrant"],
    "entries": ["view_entry"],
}


def address(page: str) -> str:
    return reverse(f"hardening_console:{page}")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_login(client: Client, page: str) -> None:
    assert client.get(address(page)).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_a_password_alone_opens_no_page(client: Client, page: str) -> None:
    half_log_in(client, sophie())
    assert client.get(address(page)).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_a_practitioner_is_refused_though_he_was_given_the_permission(client: Client, page: str) -> None:
    log_in(client, sophie(username="amine.benali", is_staff=False))
    assert client.get(address(page)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_member_of_staff_without_the_permission_is_refused(client: Client, page: str) -> None:
    log_in(client, sophie(may=[]))
    assert client.get(address(page)).status_code == 403


@pytest.mark.parametrize("page", PERMISSIONS)
def test_the_permission_of_a_section_opens_it_and_no_other(client: Client, page: str) -> None:
    log_in(client, sophie(may=PERMISSIONS[page]))

    opened = {other for other in PERMISSIONS if client.get(address(other)).status_code == 200}

    assert opened == {page} | ({"letters"} if page == "new_letter" else set())


@pytest.mark.parametrize("page", PAGES)
def test_somebody_with_all_permissions_opens_every_page(on_duty: Client, page: str) -> None:
    assert on_duty.get(address(page)).status_code == 200


@pytest.mark.parametrize("page", DECISIONS)
def test_a_decision_asks_for_a_proof_that_is_not_a_quarter_of_an_hour_old(on_duty: Client, page: str) -> None:
    with clock.frozen(NOON + FRESH):
        assert on_duty.get(address(page)).status_code == 200
    with clock.frozen(NOON + FRESH + timedelta(seconds=1)):
        assert on_duty.get(address(page)).status_code == 302
        assert on_duty.post(address(page)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_kept_by_a_browser_or_a_proxy(on_duty: Client, page: str) -> None:
    assert "no-store" in on_duty.get(address(page)).headers["Cache-Control"]
