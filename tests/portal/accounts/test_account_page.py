"""The account page."""

import pytest
from django.test import Client

from portal.demo.samples import JOSETTE, KARIM
from tests.portal.conftest import LogIn
from tests.portal.people import look_up, text_of

pytestmark = pytest.mark.django_db

PAGE = "/account/"


def test_it_says_who_where_and_for_what(benali: Client) -> None:
    page = text_of(benali.get(PAGE))

    assert "Dr Amine Benali" in page
    assert "Opticien" in page
    assert "Optique Bellecour, Lyon" in page
    assert "10002673899" in page


def test_it_masks_the_address_of_the_notices(benali: Client) -> None:
    page = text_of(benali.get(PAGE))

    assert "b●●●@portail.example" in page
    assert "benali@portail.example" not in page


def test_it_leads_to_the_security_page(benali: Client) -> None:
    assert 'href="/security/"' in text_of(benali.get(PAGE))


@pytest.mark.usefixtures("town")
def test_it_counts_people_and_not_look_ups_by_day(benali: Client) -> None:
    for person in (JOSETTE, KARIM, JOSETTE):
        look_up(benali, person)

    assert 'data-label="Personnes">2<' in text_of(benali.get(PAGE))


def test_a_delegate_reads_for_whom_she_acts(log_in: LogIn) -> None:
    assert "Agit pour" in text_of(log_in("julie").get(PAGE))


def test_an_administrator_has_one_too(sophie: Client) -> None:
    page = text_of(sophie.get(PAGE))

    assert "Sophie Laurent" in page
    assert "Établissement" not in page
