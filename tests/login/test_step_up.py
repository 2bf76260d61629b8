"""A fresh proof in mid-session is the strongest that the account has."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hardening import clock
from hardening.authenticators.models import LoginPolicy, Passkey
from hardening.authenticators.permission import COMPLETION
from hardening.login.forms import WRONG_CODE
from hardening.testing.passkeys import SoftPasskey, bind_soft_passkey
from hardening.testing.phones import Phone
from tests.login.visitors import Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]


def confirms(visitor: Visitor, device: SoftPasskey, **more: str) -> Any:
    return visitor.post("step_up", answer=device.get(visitor.asked_for_a_passkey("step_up_options")), **more)


def test_the_passkey_confirms_and_the_page_asked_for_comes(
    visitor: Visitor, device: SoftPasskey, at_noon: datetime
) -> None:
    visitor.show_passkey(device)

    with clock.frozen(at_noon + COMPLETION + timedelta(seconds=1)):
        way = visitor.get("passkey_add").headers["Location"]
        assert way == "/step-up/?next=%2Fsecurity%2Fpasskeys%2Fadd%2F"
        answer = confirms(visitor, device, next="/security/passkeys/add/")
        assert answer.headers["Location"] == "/security/passkeys/add/"
        assert visitor.get("passkey_add").status_code == 200


def test_the_key_changes_and_the_old_one_is_dead(visitor: Visitor, device: SoftPasskey) -> None:
    """P20, D29."""
    visitor.show_passkey(device)
    before = visitor.key
    confirms(visitor, device)

    assert visitor.key != before
    assert not Visitor().with_key(before).is_inside()
    assert visitor.is_inside()


def test_another_accounts_passkey_confirms_nothing(visitor: Visitor, device: SoftPasskey, claire: Any) -> None:
    """P3, P15."""
    visitor.show_passkey(device)
    before = visitor.key
    answer = confirms(visitor, bind_soft_passkey(claire))

    assert answer.context["refusal"]
    assert visitor.key == before


def test_what_one_session_was_asked_confirms_no_other(visitor: Visitor, device: SoftPasskey) -> None:
    """P4: a second session of the same person."""
    other = Visitor()
    for one in (visitor, other):
        one.show_passkey(device)
    answer = visitor.post("step_up", answer=device.get(other.asked_for_a_passkey("step_up_options")))

    assert answer.context["refusal"]


def test_an_answer_to_the_login_confirms_nothing(visitor: Visitor, device: SoftPasskey) -> None:
    visitor.show_passkey(device)
    answer = visitor.post("step_up", answer=device.get(visitor.asked_for_a_passkey()))

    assert answer.context["refusal"]


def test_where_a_passkey_is_bound_no_code_is_asked_for_and_none_is_taken(
    visitor: Visitor, amine: Any, phone: Phone
) -> None:
    """I3, D26: a session of a code that was open before the passkey was bound."""
    visitor.enter(phone)
    bind_soft_passkey(amine)
    before = visitor.key

    assert visitor.get("step_up").context["form"] is None
    answer = visitor.give_code(phone, phone.code(steps=1), page="step_up")
    assert answer.context["refusal"] == WRONG_CODE
    assert visitor.key == before


def test_who_adds_a_passkey_is_asked_for_it_once(visitor: Visitor, amine: Any, phone: Phone) -> None:
    """No loop: the session of a code goes on by the passkey, and then has the strongest proof."""
    visitor.enter(phone)
    device = bind_soft_passkey(amine)
    assert "/step-up/" in visitor.get("passkey_remove", Passkey.objects.get().pk).headers["Location"]
    confirms(visitor, device)

    assert visitor.get("passkey_add").status_code == 200


def test_where_an_administrator_opened_codes_again_a_code_confirms_and_changes_nothing(
    visitor: Visitor, amine: Any, phone: Phone
) -> None:
    """D26, I3: it freshens a session, for somebody who works where no passkey can be used, and removes none."""
    bind_soft_passkey(amine)
    LoginPolicy.objects.update(resistant_only=False)
    visitor.enter(phone)
    assert visitor.give_code(phone, phone.code(steps=1), page="step_up").status_code == 302

    assert "/step-up/" in visitor.get("passkey_remove", Passkey.objects.get().pk).headers["Location"]
