"""The look-up by number and birth date."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from hardening.testing.statements import counted_statements
from portal.demo.cast import PASSWORD
from portal.demo.households import Person
from portal.demo.samples import ANA, BERNARD, HUGO, JOSETTE, KARIM, LEA, LUCIE, MARCEL, NOBODY, NOUR, OLIVIER
from portal.lookups.models import LookUp
from tests.portal.conftest import LogIn
from tests.portal.people import LOOK_UP, look_up, text_of, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def test_a_person_with_open_rights_is_shown_with_the_cover_of_the_own_domain(benali: Client) -> None:
    page = text_of(look_up(benali, JOSETTE))

    assert "Droits ouverts" in page
    assert "Josette M." in page
    assert "Mutuelle du Rivage" in page
    assert "Optique" in page


@pytest.mark.parametrize(
    ("username", "own", "other"), [("benali", "Optique<", "Dentaire<"), ("martin", "Dentaire<", "Optique<")]
)
def test_each_profession_sees_its_own_domain_and_no_other(log_in: LogIn, username: str, own: str, other: str) -> None:
    page = text_of(look_up(log_in(username), JOSETTE))

    assert own in page
    assert other not in page


def test_neither_number_nor_surname_nor_birth_date_is_on_the_page(benali: Client) -> None:
    page = text_of(look_up(benali, JOSETTE))

    assert "Droits ouverts" in page
    assert JOSETTE.nir not in re.sub(r"\s", "", page)
    assert JOSETTE.last_name not in page
    assert "03/02/1954" not in page


def test_nothing_typed_is_in_any_address(benali: Client) -> None:
    response = look_up(benali, JOSETTE)

    assert "Droits ouverts" in text_of(response)
    assert response.request["PATH_INFO"] == LOOK_UP
    assert response.request["QUERY_STRING"] == ""
    assert JOSETTE.nir not in str(response.headers)


def test_the_answer_is_kept_in_no_cache(benali: Client) -> None:
    assert look_up(benali, JOSETTE)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("person", [KARIM, LUCIE, MARCEL, ANA, OLIVIER], ids=lambda person: person.first_names)
def test_people_of_every_kind_of_number_are_found(benali: Client, person: Person) -> None:
    assert "Droits ouverts" in text_of(look_up(benali, person))


def test_the_present_insurer_is_shown_after_a_change(benali: Client) -> None:
    page = text_of(look_up(benali, OLIVIER))

    assert "Mutuelle du Rivage" in page
    assert "Assurances du Grand Large" not in page


def test_expired_rights_are_said_to_be_closed_and_list_no_guarantee(benali: Client) -> None:
    page = text_of(look_up(benali, BERNARD))

    assert "Droits fermés" in page
    assert "Garanties" not in page


def test_of_two_twins_without_a_birth_rank_none_is_shown(benali: Client) -> None:
    assert "Aucune personne trouvée" in text_of(look_up(benali, LEA))


@pytest.mark.parametrize(("rank", "name"), [("1", "Léa H."), ("2", "Hugo H.")])
def test_the_birth_rank_tells_twins_apart(benali: Client, rank: str, name: str) -> None:
    assert name in text_of(look_up(benali, HUGO, birth_rank=rank))


def test_a_dependant_over_sixteen_is_not_shown_under_the_holders_number(benali: Client) -> None:
    assert "Aucune personne trouvée" in text_of(look_up(benali, NOUR))


def test_a_holder_shows_nobody_of_the_family(benali: Client) -> None:
    page = text_of(look_up(benali, KARIM))

    assert "Karim H." in page
    assert not any(child.first_names in page for child in (LEA, HUGO, NOUR))


def test_an_unknown_number_and_a_wrong_date_give_the_same_page(benali: Client) -> None:
    pages = [look_up(benali, NOBODY), look_up(benali, JOSETTE, birth_date="04/02/1954")]

    assert [page.status_code for page in pages] == [200, 200]
    assert len({_without_tokens(page) for page in pages}) == 1


@pytest.mark.postgresql
def test_a_hit_and_a_miss_run_the_same_statements(benali: Client) -> None:
    look_up(benali, KARIM)  # the first look-up of a day makes rows that later ones find

    hit, miss = _statements(benali, JOSETTE), _statements(benali, NOBODY)

    assert hit == miss


def test_the_form_costs_two_statements_beyond_session_and_user(benali: Client) -> None:
    with counted_statements() as statements:
        benali.get(LOOK_UP)

    assert len(statements) <= 4, statements.sql


def test_a_hit_and_a_miss_have_the_same_status_and_headers(benali: Client) -> None:
    hit, miss = look_up(benali, JOSETTE), look_up(benali, NOBODY)

    assert hit.status_code == miss.status_code
    assert hit.headers.keys() == miss.headers.keys()


def test_the_side_column_counts_down(benali: Client) -> None:
    before = _left(benali)

    look_up(benali, JOSETTE)

    assert _left(benali) == before - 1


def test_the_same_person_again_is_nearly_free(benali: Client) -> None:
    look_up(benali, JOSETTE)
    before = _left(benali)

    look_up(benali, JOSETTE)

    assert before - _left(benali) <= 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"nir": JOSETTE.nir[:-2] + "00"}, "clé"),
        ({"nir": JOSETTE.nir[:13]}, "clé"),
        ({"nir": "123"}, "15 caractères"),
        ({"nir": "2 53 07 2C 073 004 43"}, "2A ou 2B pour la Corse"),
        ({"nir": ""}, "numéro de sécurité sociale"),
        ({"birth_date": "31/02/1954"}, "n’existe pas"),
        ({"birth_date": "03/02/54"}, "quatre chiffres"),
        ({"birth_date": "02/25/1954"}, "Ce mois n’existe pas"),
        ({"birth_date": "03/02/2154"}, "futur"),
        ({"birth_rank": "x"}, "rang de naissance"),
    ],
)
def test_bad_input_says_what_is_wrong_costs_nothing_and_loses_nothing(
    benali: Client, changed: dict[str, str], message: str
) -> None:
    before = _left(benali)

    page = look_up(benali, JOSETTE, **changed)

    assert message in text_of(page).replace("'", "’")
    assert _left(benali) == before
    kept = typed(JOSETTE, **changed)
    assert f'value="{kept["birth_date"]}"' in page.content.decode()
    assert not LookUp.objects.exists()


@pytest.mark.parametrize(
    "spelling", ["2 54 02 69 955 017 27", "2.54.02.69.955.017.27", "2\u00a054\u202f02 69955017 27"]
)
def test_spaces_and_dots_in_a_number_do_not_matter(benali: Client, spelling: str) -> None:
    assert "Droits ouverts" in text_of(look_up(benali, JOSETTE, nir=spelling))


def test_corsica_may_be_typed_in_small_letters(benali: Client) -> None:
    assert "Droits ouverts" in text_of(look_up(benali, LUCIE, nir=LUCIE.nir.lower()))


def test_a_number_in_the_address_is_never_read(benali: Client) -> None:
    page = benali.get(LOOK_UP, typed(JOSETTE))

    assert "Consulter les droits" in text_of(page)
    assert "Josette" not in text_of(page)
    assert JOSETTE.nir not in page.content.decode()


def test_the_delegate_spends_from_the_practitioners_count(log_in: LogIn, benali: Client) -> None:
    julie = log_in("julie")
    before = _left(benali)

    look_up(julie, JOSETTE)

    assert _left(benali) == before - 1


def test_an_administrator_looks_nobody_up(sophie: Client) -> None:
    assert look_up(sophie, JOSETTE).status_code == 403


@pytest.mark.usefixtures("cast")
def test_a_password_alone_does_not_open_the_page(client: Client) -> None:
    client.post("/login/", {"username": "benali", "password": PASSWORD})

    assert client.get(LOOK_UP).status_code == 302
    assert look_up(client, JOSETTE).status_code == 403


def test_the_banner_appears_when_four_fifths_are_used(benali: Client, settings: Settings) -> None:
    settings.HARDENING_DISCLOSURE = {
        **settings.HARDENING_DISCLOSURE,
        "professions": {"optician": {"cap": 5, "start": 5}},
    }
    assert "Il vous reste une personne à consulter" not in text_of(benali.get(LOOK_UP))
    for person in (JOSETTE, KARIM, LUCIE, MARCEL):
        page = text_of(look_up(benali, person))

    assert "Il vous reste une personne à consulter" in page


def test_when_the_count_is_used_up_the_page_says_so_and_shows_nobody(benali: Client, settings: Settings) -> None:
    settings.HARDENING_DISCLOSURE = {
        **settings.HARDENING_DISCLOSURE,
        "professions": {"optician": {"cap": 5, "start": 5}},
    }
    for person in (JOSETTE, KARIM, LUCIE, MARCEL, ANA):
        look_up(benali, person)

    refused = look_up(benali, OLIVIER)

    page = text_of(refused)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "Aucune donnée n’a été affichée" in page
    assert "Ce n’était pas vous ?" in page
    assert "Référence" in page
    assert "Olivier" not in page


def _left(client: Client) -> int:
    found = re.search(r"Il vous reste <strong>(\d+)</strong>", text_of(client.get(LOOK_UP)))
    assert found
    return int(found[1])


def _without_tokens(page: object) -> str:
    """Return what differs between no two visits: no tokens, no reference, no counts."""
    return re.sub(r'value="[^"]+"|Référence [0-9A-F]{8}|\d+', "", text_of(page))


def _statements(client: Client, person: Person) -> list[str]:
    with counted_statements() as statements:
        look_up(client, person)
    return [re.sub(r"'[^']*'|%s|\d+", "?", sql) for sql in statements.sql]
