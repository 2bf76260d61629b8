"""The account's own security page."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hardening import clock
from hardening.authenticators.models import OneTimeCode
from hardening.sessions.models import Session
from hardening.testing.phones import Phone, bind_phone
from tests.login.visitors import TEETH, Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]


@pytest.fixture
def of_claire(claire: Any) -> Phone:
    return bind_phone(claire, name="De Claire")


def test_it_lists_telephones_codes_sessions_and_browsers(visitor: Visitor, phone: Phone) -> None:
    page = visitor.enter(phone).get("security")

    assert [one.name for one in page.context["authenticators"]] == ["Téléphone"]
    assert page.context["remaining"] == 0
    assert [one.is_current for one in page.context["sessions"]] == [True]
    assert len(page.context["browsers"]) == 1


def test_who_has_no_recovery_code_is_told_so_and_not_that_one_is_left(visitor: Visitor, phone: Phone) -> None:
    """French counts none as one: a sentence with "one" in its singular would tell a lie."""
    assert "Il reste 0 code." in visitor.enter(phone).get("security").content.decode()


def test_a_telephone_is_removed_and_opens_nothing_any_more(visitor: Visitor, amine: Any, phone: Phone) -> None:
    lost = bind_phone(amine, name="Perdu")
    visitor.enter(phone).post("authenticator_remove", lost.authenticator)
    other = Visitor()
    other.give_password()

    other.give_code(lost)
    assert not other.is_inside()
    assert [one.name for one in OneTimeCode.objects.all()] == ["Téléphone"]


def test_asking_to_remove_removes_nothing(visitor: Visitor, amine: Any, phone: Phone) -> None:
    """P2: the question is a GET, and changes nothing."""
    lost = bind_phone(amine, name="Perdu")

    assert "Perdu" in visitor.enter(phone).get("authenticator_remove", lost.authenticator).content.decode()
    assert OneTimeCode.objects.count() == 2


def test_the_last_telephone_stays(visitor: Visitor, phone: Phone) -> None:
    assert visitor.enter(phone).post("authenticator_remove", phone.authenticator).status_code == 409
    assert OneTimeCode.objects.count() == 1


@pytest.mark.parametrize("page", ["authenticator_remove", "authenticator_rename"])
def test_anothers_telephone_is_not_found(visitor: Visitor, amine: Any, of_claire: Phone, page: str) -> None:
    """P3: 404, and the row is intact."""
    phone = bind_phone(amine)
    bind_phone(amine, name="Deuxième")
    visitor.enter(phone)

    assert visitor.get(page, of_claire.authenticator).status_code == 404
    assert visitor.post(page, of_claire.authenticator, name="Mien").status_code == 404
    assert OneTimeCode.objects.get(pk=of_claire.authenticator).name == "De Claire"


def test_a_telephone_gets_another_name(visitor: Visitor, phone: Phone) -> None:
    visitor.enter(phone).post("authenticator_rename", phone.authenticator, name="Comptoir")

    assert OneTimeCode.objects.get().name == "Comptoir"


def test_another_session_is_ended_from_here(visitor: Visitor, phone: Phone, at_noon: datetime) -> None:
    other = Visitor(address="203.0.113.9").enter(phone)
    with clock.frozen(at_noon + timedelta(seconds=30)):
        visitor.enter(phone)
        there = next(one for one in visitor.get("security").context["sessions"] if not one.is_current)
        visitor.post("session_end", there.public_id)

        assert (other.is_inside(), visitor.is_inside()) == (False, True)


def test_all_other_sessions_are_ended_at_once(visitor: Visitor, phone: Phone, at_noon: datetime) -> None:
    other = Visitor(address="203.0.113.9").enter(phone)
    with clock.frozen(at_noon + timedelta(seconds=30)):
        visitor.enter(phone).post("sessions_end")

        assert (other.is_inside(), visitor.is_inside()) == (False, True)


def test_anothers_session_and_browser_are_not_found(
    visitor: Visitor, claire: Any, phone: Phone, of_claire: Phone
) -> None:
    """P3."""
    hers = Visitor()
    hers.enter(of_claire, "claire.martin", TEETH)
    session, browser = Session.objects.get().public_id, claire.known_browsers.get().pk
    visitor.enter(phone)

    assert visitor.post("session_end", session).status_code == 404
    assert visitor.post("session_end", uuid4()).status_code == 404
    assert visitor.post("browser_forget", browser).status_code == 404
    assert hers.is_inside()
    assert claire.known_browsers.count() == 1


def test_a_known_browser_is_forgotten_from_here(visitor: Visitor, amine: Any, phone: Phone) -> None:
    visitor.enter(phone).post("browser_forget", amine.known_browsers.get().pk)

    assert not amine.known_browsers.exists()


def test_a_step_up_gives_a_new_key_and_a_fresh_proof(visitor: Visitor, phone: Phone, at_noon: datetime) -> None:
    """P20, D29: and a stolen cookie dies with the old key."""
    stolen = visitor.enter(phone).key
    with clock.frozen(at_noon + timedelta(minutes=10)):
        assert visitor.get("password_change").headers["Location"].startswith("/step-up/")
        answer = visitor.give_code(phone, page="step_up", next="/password/change/")

        assert answer.headers["Location"] == "/password/change/"
        assert visitor.get("password_change").status_code == 200
        assert not Visitor().with_key(stolen).is_inside()


def test_a_wrong_code_at_a_step_up_changes_nothing(visitor: Visitor, phone: Phone, at_noon: datetime) -> None:
    visitor.enter(phone)
    with clock.frozen(at_noon + timedelta(minutes=10)):
        assert visitor.give_code(phone, "000000", page="step_up").status_code == 200
        assert visitor.get("password_change").status_code == 302


def test_step_ups_count_like_logins(visitor: Visitor, phone: Phone) -> None:
    """P11: a stolen cookie is no endless supply of guesses."""
    visitor.enter(phone)
    answers = [visitor.give_code(phone, "000000", page="step_up").status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]
