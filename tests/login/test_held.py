"""D28: a code in a browser that the account does not know discloses nobody until its owner has answered."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from hardening import clock
from hardening.assurance.record import read
from hardening.events import Event, LoginConfirmed, LoginHeld, LoginRefusedByOwner, ProbationBegan
from hardening.login.held_models import PendingLogin
from hardening.requirements import Standing
from hardening.sessions.models import Session
from hardening.testing.phones import Phone, bind_phone
from tests.login.conftest import Create
from tests.login.test_entrance import everything_stored
from tests.login.visitors import COUNTER, Visitor

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.usefixtures("at_noon")]

Letterbox = Callable[[], list[Any]]


def code_in(mail: Any) -> str:
    found = re.search(r"^([a-z2-9]{4}-[a-z2-9]{4})$", mail.body, re.MULTILINE)
    assert found, mail.body
    return found[1]


@pytest.fixture
def held(visitor: Visitor, phone: Phone) -> Visitor:
    visitor.give_password(next=COUNTER)
    assert visitor.give_code(phone, next=COUNTER).headers["Location"].startswith(reverse("hardening:held"))
    return visitor


def standing_of(visitor: Visitor) -> Standing:
    session: Any = visitor.browser.session
    record = read(session.assurance)
    assert record
    return record.standing


def test_a_code_from_an_unknown_browser_opens_the_waiting_page_alone(told: list[Event], held: Visitor) -> None:
    answer = held.browser.get(COUNTER)

    assert answer.headers["Location"].startswith(reverse("hardening:held"))
    assert held.get("security").status_code == 302
    assert held.get("held").status_code == 200
    assert [event for event in told if isinstance(event, LoginHeld)]


def test_the_browser_of_a_held_login_is_not_remembered(held: Visitor, amine: Any) -> None:
    assert not amine.known_browsers.exists()
    assert not [name for name in held.browser.cookies if "browser-" in name]


def test_the_mailed_code_begins_a_probation_under_a_new_key(
    held: Visitor, letterbox: Letterbox, told: list[Event], at_noon: datetime
) -> None:
    """P20: and the old key is dead."""
    before = held.key

    answer = held.post("held", code=code_in(letterbox()[-1]), next=COUNTER)

    assert answer.headers["Location"] == COUNTER
    assert held.is_inside()
    assert standing_of(held) is Standing.PROBATION
    assert not Visitor().with_key(before).is_inside()
    assert [event.by for event in told if isinstance(event, LoginConfirmed)] == ["link"]
    (began,) = [event for event in told if isinstance(event, ProbationBegan)]
    assert began.until == at_noon + timedelta(days=7)


def test_on_probation_nothing_that_asks_for_a_fresh_proof_opens(held: Visitor, letterbox: Letterbox) -> None:
    """D28: no change; and no step-up by the same code, which would be relayed as well."""
    held.post("held", code=code_in(letterbox()[-1]))

    for page in ("authenticator_add", "password_change", "recovery_codes"):
        assert held.get(page).status_code == 403
    assert "Pas encore dans ce navigateur" in held.get("password_change").content.decode()


def test_the_browser_stays_on_probation_for_seven_days_and_then_is_believed(
    held: Visitor, phone: Phone, letterbox: Letterbox, at_noon: datetime
) -> None:
    held.post("held", code=code_in(letterbox()[-1]))
    for days, expected in ((6, Standing.PROBATION), (7, Standing.FULL)):
        with clock.frozen(at_noon + timedelta(days=days)):
            held.post("logout")
            held.give_password()
            held.give_code(phone)
            assert standing_of(held) is expected


def test_the_code_of_the_mail_opens_nothing_in_another_browser(
    held: Visitor, phone: Phone, letterbox: Letterbox, at_noon: datetime
) -> None:
    """P27: the answer is bound to the cookie, never to an address."""
    code = code_in(letterbox()[-1])
    thief = Visitor()
    with clock.frozen(at_noon + timedelta(minutes=1)):
        thief.give_password()
        thief.give_code(phone)
        thief.post("held", code=code)

        assert not thief.is_inside()
        assert Visitor().post("held", code=code).status_code in {302, 403}
        held.post("held", code=code)
        assert held.is_inside()


def test_five_tries_are_all_and_the_right_code_comes_too_late(held: Visitor, letterbox: Letterbox) -> None:
    for _ in range(5):
        assert held.post("held", code="2222-2222").status_code == 200

    held.post("held", code=code_in(letterbox()[-1]))
    assert not held.is_inside()


def test_after_half_an_hour_the_code_confirms_nothing(held: Visitor, letterbox: Letterbox, at_noon: datetime) -> None:
    with clock.frozen(at_noon + timedelta(minutes=29)):
        held.get("held")  # in use
    with clock.frozen(at_noon + timedelta(minutes=30)):
        held.post("held", code=code_in(letterbox()[-1]))
        assert not held.is_inside()


def test_a_get_of_the_link_confirms_nothing(held: Visitor, letterbox: Letterbox) -> None:
    """D33: mail scanners follow links."""
    code = code_in(letterbox()[-1])
    held.browser.get(f"{reverse('hardening:held')}?code={code}")

    assert not held.is_inside()


def test_the_code_is_in_no_table(held: Visitor, letterbox: Letterbox) -> None:
    """P1, I7."""
    code = code_in(letterbox()[-1])
    held.get("held")

    assert not [spelt for spelt in (code, code.replace("-", "")) if spelt in everything_stored()]


def test_the_owner_lets_it_in_from_a_browser_that_knows_him(
    held: Visitor, amine: Any, told: list[Event], at_noon: datetime
) -> None:
    own = Visitor().enter(bind_phone(amine, name="Deuxième"))
    assert "Accepter" in own.get("security").content.decode()

    own.post("held_approve", PendingLogin.objects.get().pk)
    assert not held.is_inside()
    held.post("held", next=COUNTER)

    assert held.is_inside()
    assert standing_of(held) is Standing.FULL
    assert [event.by for event in told if isinstance(event, LoginConfirmed)] == ["known_browser"]
    assert amine.known_browsers.filter(proven_from=at_noon).count() == 2


def test_a_confirmed_thief_lets_no_other_login_in(
    held: Visitor, amine: Any, letterbox: Letterbox, at_noon: datetime
) -> None:
    held.post("held", code=code_in(letterbox()[-1]))
    other, second = Visitor(), bind_phone(amine, name="Deuxième")
    with clock.frozen(at_noon + timedelta(minutes=1)):
        other.give_password()
        other.give_code(second)
        waiting = PendingLogin.objects.get(confirmed_at=None)

        assert held.post("held_approve", waiting.pk).status_code == 403
        other.post("held")
        assert not other.is_inside()


def test_the_owner_refuses_it_and_it_ends_within_one_request(held: Visitor, amine: Any, told: list[Event]) -> None:
    own = Visitor().enter(bind_phone(amine, name="Deuxième"))
    own.post("held_refuse", PendingLogin.objects.get().pk)

    assert held.get("held").headers["Location"].startswith(reverse("hardening:login"))
    assert [event for event in told if isinstance(event, LoginRefusedByOwner)]
    assert not Session.objects.filter(public_id=told[-1].session).exists()


@pytest.mark.parametrize("page", ["held_approve", "held_refuse"])
def test_another_account_answers_nothing(held: Visitor, account: Create, page: str) -> None:
    """P3."""
    other = Visitor().enter(bind_phone(account("claire.martin")), "claire.martin")

    assert other.post(page, PendingLogin.objects.get().pk).status_code == 404
    assert held.get("held").status_code == 200


def test_somebody_without_an_address_is_told_the_other_way(visitor: Visitor, account: Create) -> None:
    phone = bind_phone(account("claire.martin", email=""))
    visitor.give_password("claire.martin")
    visitor.give_code(phone)
    page = visitor.get("held").content.decode()

    assert "Nous vous avons envoyé" not in page
    assert "Accepter" not in page
    assert "acceptez cette connexion" in page
