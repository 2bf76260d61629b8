"""One's own look-ups."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from hardening import clock
from portal.accounts.models import Account
from portal.demo.samples import JOSETTE, KARIM, NOBODY
from portal.directory.models import Delegate
from portal.lookups.models import LookUp
from tests.portal.conftest import LogIn
from tests.portal.people import look_up, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

PAGE = "/look-ups/"


def again(client: Client, earlier: LookUp) -> str:
    """Press "see again" and return the page."""
    return text_of(client.post(f"{PAGE}{earlier.pk}/again/"))


def test_it_lists_the_answers_and_names_nobody(benali: Client) -> None:
    look_up(benali, JOSETTE)
    look_up(benali, NOBODY)

    page = text_of(benali.get(PAGE))

    assert "2 consultations" in page
    assert "droits ouverts" in page
    assert "aucune personne trouvée" in page
    assert "Josette" not in page
    assert "Mutuelle" not in page


def test_it_shows_only_ones_own(benali: Client, claire: Client) -> None:
    look_up(claire, JOSETTE)

    assert "Aucune consultation" in text_of(benali.get(PAGE))


def test_it_forgets_after_thirty_days(benali: Client) -> None:
    look_up(benali, JOSETTE)
    LookUp.objects.update(at=clock.now() - timedelta(days=31))

    assert "Aucune consultation" in text_of(benali.get(PAGE))


def test_see_again_shows_the_same_person_and_is_recorded_like_any_other(benali: Client) -> None:
    look_up(benali, JOSETTE)

    assert "Josette M." in again(benali, LookUp.objects.get())
    assert LookUp.objects.count() == 2


def test_a_miss_cannot_be_seen_again(benali: Client) -> None:
    look_up(benali, NOBODY)

    assert "Cette page n’existe pas" in again(benali, LookUp.objects.get())


def test_another_accounts_look_up_is_no_such_page(benali: Client, claire: Client) -> None:
    look_up(claire, KARIM)

    response = benali.post(f"{PAGE}{LookUp.objects.get().pk}/again/")

    assert response.status_code == 404
    assert "Karim" not in text_of(response)
    assert benali.post(f"{PAGE}{uuid4()}/again/").status_code == 404


def test_what_has_left_the_list_is_not_seen_again(benali: Client) -> None:
    """No number is typed there: an account's whole past would be a list of people for whoever takes it over."""
    look_up(benali, JOSETTE)
    LookUp.objects.update(at=clock.now() - timedelta(days=31))

    assert "Josette" not in again(benali, LookUp.objects.get())


def test_a_delegate_who_changes_desks_leaves_the_people_of_the_old_one_there(
    log_in: LogIn, cast: dict[str, Account]
) -> None:
    julie = log_in("julie")
    look_up(julie, JOSETTE)
    Delegate.objects.update(practitioner=cast["martin"].practitioner)

    assert "Josette" not in again(julie, LookUp.objects.get())
    assert "Aucune consultation" in text_of(julie.get(PAGE))
    assert julie.post("/care-agreements/new/", {"look_up": LookUp.objects.get().pk}).status_code == 404


def test_a_link_does_not_show_anybody(benali: Client) -> None:
    look_up(benali, JOSETTE)

    assert benali.get(f"{PAGE}{LookUp.objects.get().pk}/again/").status_code == 405


def test_a_practitioner_does_not_see_the_delegates_list(
    log_in: LogIn, benali: Client, cast: dict[str, Account]
) -> None:
    look_up(log_in("julie"), JOSETTE)

    assert "Aucune consultation" in text_of(benali.get(PAGE))
    assert LookUp.objects.get().account == cast["julie"]
    assert LookUp.objects.get().practitioner == cast["benali"].practitioner
