"""The look-up by insurer and member number."""

import pytest
from django.test import Client

from portal.demo.households import Person
from portal.demo.insurers import INSURERS
from portal.demo.samples import HUGO, JOSETTE, KARIM, LEA, NOUR
from tests.portal.people import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

PAGE = "/look-up/member/"
RIVAGE, COTEAUX = INSURERS[0][1], INSURERS[1][1]
HADDADS = "0090000002"


def look_up(client: Client, person: Person, *, insurer: str = COTEAUX, number: str = HADDADS, rank: str = "") -> str:
    """Send the form and return the page."""
    typed = {"amc_number": insurer, "member_number": number, "birth_rank": rank}
    return text_of(client.post(PAGE, {**typed, "birth_date": f"{person.birth_date:%d/%m/%Y}"}))


def test_the_holder_is_found(benali: Client) -> None:
    assert "Karim H." in look_up(benali, KARIM)


@pytest.mark.parametrize(("rank", "name"), [("1", "Léa H."), ("2", "Hugo H.")])
def test_a_child_is_found_by_its_own_date_and_rank(benali: Client, rank: str, name: str) -> None:
    assert name in look_up(benali, HUGO, rank=rank)


def test_of_twins_without_a_rank_none_is_shown(benali: Client) -> None:
    assert "Aucune personne trouvée" in look_up(benali, LEA)


def test_a_dependant_over_sixteen_is_not_shown(benali: Client) -> None:
    assert "Aucune personne trouvée" in look_up(benali, NOUR)


def test_a_member_number_of_another_insurer_finds_nobody(benali: Client) -> None:
    assert "Aucune personne trouvée" in look_up(benali, KARIM, insurer=RIVAGE)


def test_an_unknown_insurer_is_said_and_loses_nothing(benali: Client) -> None:
    page = look_up(benali, JOSETTE, insurer="99999999")

    assert "Aucun organisme du portail ne porte ce numéro" in page
    assert 'value="99999999"' in page
    assert f'value="{HADDADS}"' in page
    assert 'value="03/02/1954"' in page


def test_spaces_in_the_numbers_do_not_matter(benali: Client) -> None:
    assert "Karim H." in look_up(benali, KARIM, insurer="9910 0029", number="00 9000 0002")


def test_the_page_offers_the_insurers_by_name(benali: Client) -> None:
    assert "Mutuelle du Rivage</option>" in text_of(benali.get(PAGE))
