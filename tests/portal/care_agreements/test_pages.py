"""From an answer to a quote, to the insurer, and back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hardening import clock
from portal.care_agreements.models import CareAgreement, State
from portal.demo.samples import BERNARD, JOSETTE, NOBODY
from portal.lookups.models import LookUp
from tests.portal.conftest import LogIn
from tests.portal.people import look_up, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

PAGES = "/care-agreements/"


def ask(client: Client, **typed: str) -> Any:
    """Ask for the person of the latest look-up."""
    latest = LookUp.objects.latest("at")
    return client.post(f"{PAGES}new/", {"look_up": str(latest.pk), **typed}, follow=True)


@pytest.fixture
def quote(benali: Client) -> CareAgreement:
    """A quote of 420 euros for Josette, who has 90 % of at most 600 euros."""
    look_up(benali, JOSETTE)
    ask(benali, amount="420,00", file_reference="D-2026/17")
    return CareAgreement.objects.get()


def press(client: Client, agreement: CareAgreement, button: str) -> str:
    """Press a button of the follow-up page and return the page that comes."""
    return text_of(client.post(f"{PAGES}{agreement.pk}/{button}/", follow=True))


def test_an_answer_leads_to_the_form_without_naming_anybody(benali: Client) -> None:
    look_up(benali, JOSETTE)

    page = text_of(ask(benali))

    assert "Calculer le devis" in page
    assert "Mutuelle du Rivage" in page
    assert "Josette" not in page


def test_a_quote_says_who_pays_what_and_sends_nothing(benali: Client, quote: CareAgreement) -> None:
    page = text_of(benali.get(f"{PAGES}{quote.pk}/"))

    assert quote.state == State.QUOTED
    assert "378,00 €" in page
    assert "42,00 €" in page
    assert "rien n’est encore envoyé" in page


def test_a_quote_needs_prior_agreement_and_waits_for_the_insurer(benali: Client, quote: CareAgreement) -> None:
    page = press(benali, quote, "request")

    quote.refresh_from_db()
    assert quote.state == State.REQUESTED
    assert "L’organisme répond sous deux jours ouvrés" in page


def test_what_needs_no_prior_agreement_is_accepted_at_once(log_in: LogIn) -> None:
    pharmacy = log_in("gare")
    look_up(pharmacy, JOSETTE)
    ask(pharmacy, amount="20")

    assert "Acceptée" in press(pharmacy, CareAgreement.objects.get(), "request")


def test_sending_twice_sends_once(benali: Client, quote: CareAgreement) -> None:
    press(benali, quote, "request")
    quote.refresh_from_db()
    sent_at = quote.requested_at

    assert "déjà été envoyée" in press(benali, quote, "request")
    quote.refresh_from_db()
    assert quote.requested_at == sent_at


@pytest.mark.parametrize("before", [[], ["request"]])
def test_a_quote_and_a_request_may_be_cancelled(benali: Client, quote: CareAgreement, before: list[str]) -> None:
    for button in before:
        press(benali, quote, button)

    assert "Annulée" in press(benali, quote, "cancel")
    assert "ne peut plus être annulée" in press(benali, quote, "cancel")


def test_the_list_shows_references_and_states_and_no_names(benali: Client, quote: CareAgreement) -> None:
    page = text_of(benali.get(PAGES))

    assert quote.reference in page
    assert "D-2026/17" in page
    assert "Josette" not in page


def test_the_person_is_shown_on_request_through_the_gate(benali: Client, quote: CareAgreement) -> None:
    page = press(benali, quote, "person")

    assert "Josette MOREAU" in page
    assert JOSETTE.nir not in page.replace(" ", "")


def test_the_history_links_to_the_request(benali: Client, quote: CareAgreement) -> None:
    assert quote.reference in text_of(benali.get("/look-ups/"))


@pytest.mark.parametrize("button", ["", "request/", "cancel/", "person/"])
def test_another_desks_request_is_no_such_page(claire: Client, quote: CareAgreement, button: str) -> None:
    address = f"{PAGES}{quote.pk}/{button}"

    response = claire.post(address) if button else claire.get(address)

    assert response.status_code == 404
    quote.refresh_from_db()
    assert quote.state == State.QUOTED


def test_the_delegate_follows_the_practitioners_requests(log_in: LogIn, quote: CareAgreement) -> None:
    assert quote.reference in text_of(log_in("julie").get(PAGES))


@pytest.mark.parametrize("button", ["request", "cancel", "person"])
def test_a_link_changes_nothing_and_shows_nobody(benali: Client, quote: CareAgreement, button: str) -> None:
    assert benali.get(f"{PAGES}{quote.pk}/{button}/").status_code == 405


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"amount": "beaucoup"}, "Écrivez un montant"),
        ({"amount": "0"}, "supérieure ou égale à 1"),
        ({"amount": "420", "file_reference": "Josette M"}, "pas de nom"),
        ({"amount": "420", "file_reference": JOSETTE.nir}, "12 caractères"),
    ],
)
def test_a_bad_quote_says_what_is_wrong(benali: Client, typed: dict[str, str], message: str) -> None:
    look_up(benali, JOSETTE)

    assert message in text_of(ask(benali, **typed))
    assert not CareAgreement.objects.exists()


@pytest.mark.parametrize("person", [BERNARD, NOBODY], ids=["expired", "nobody"])
def test_without_open_rights_there_is_nothing_to_ask_for(benali: Client, person: Any) -> None:
    look_up(benali, person)

    assert ask(benali, amount="420").status_code == 404


def test_a_look_up_of_last_week_is_to_be_done_again(benali: Client) -> None:
    look_up(benali, JOSETTE)
    LookUp.objects.update(at=clock.now() - timedelta(days=4))

    assert ask(benali, amount="420").status_code == 404


@pytest.mark.parametrize("reference", ["", "1", "7d5a1f0e-5a0e-4c3e-9f6b-2b1f3f0f6c11"])
def test_a_made_up_look_up_is_no_such_page(benali: Client, reference: str) -> None:
    assert benali.post(f"{PAGES}new/", {"look_up": reference}).status_code == 404


def test_another_accounts_look_up_cannot_be_asked_for(benali: Client, claire: Client) -> None:
    look_up(claire, JOSETTE)

    assert ask(benali, amount="420").status_code == 404
