"""Where a passkey is bound, every weaker way is closed in the server (D26)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string

from hardening.authenticators.grants import issue_grant
from hardening.authenticators.models import OneTimeCode, Passkey, PendingEnrolment
from hardening.authenticators.permission import Permission
from hardening.authenticators.recovery import confirm_recovery_codes, issue_recovery_codes
from hardening.events import Event, WeakerWayRefused
from hardening.login.forms import WRONG_CODE
from hardening.testing.passkeys import SoftPasskey, bind_soft_passkey, soft_passkey
from hardening.testing.phones import Phone
from hardening.testing.statements import counted_statements
from tests.login.visitors import GLASSES, Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

Letterbox = Callable[[], list[Any]]


@pytest.fixture
def device(amine: Any, phone: Phone) -> SoftPasskey:  # noqa: ARG001 - the telephone was first
    return bind_soft_passkey(amine)


def downgrade_subject() -> str:
    return str(render_to_string("hardening/login/mail/downgrade.subject.txt")).strip()


def shows_the_way_on(answer: Any) -> bool:
    return "hardening/login/passkey_instead.html" in {template.name for template in answer.templates}


@pytest.mark.usefixtures("device")
def test_the_code_page_refuses_a_right_code_and_shows_the_way_on(
    visitor: Visitor, phone: Phone, letterbox: Letterbox, told: list[Event]
) -> None:
    visitor.give_password()
    answer = visitor.give_code(phone)

    assert answer.context["refusal"] == WRONG_CODE
    assert shows_the_way_on(answer)
    assert not visitor.is_inside()
    assert [one.step for one in told if isinstance(one, WeakerWayRefused)] == ["code"]
    assert letterbox()[-1].subject == downgrade_subject()


@pytest.mark.usefixtures("device")
def test_a_right_and_a_wrong_code_are_answered_the_same(visitor: Visitor, phone: Phone) -> None:
    """P29."""
    visitor.give_password()
    visitor.give_code(phone, "000000")  # the first one writes to the owner
    with counted_statements() as for_right:
        right = visitor.give_code(phone)
    with counted_statements() as for_wrong:
        wrong = visitor.give_code(phone, "000000")

    assert len(for_right) == len(for_wrong)
    assert (right.status_code, right.context["refusal"]) == (wrong.status_code, wrong.context["refusal"])


@pytest.mark.usefixtures("device")
def test_a_wrong_password_tells_nothing_of_a_passkey(visitor: Visitor, letterbox: Letterbox) -> None:
    """P28."""
    before = len(letterbox())
    known, unknown = visitor.give_password(password="wrong"), visitor.give_password("nobody", "wrong")

    assert known.context["form"].errors == unknown.context["form"].errors
    assert len(letterbox()) == before


def test_the_passkey_opens_from_that_very_page(visitor: Visitor, device: SoftPasskey) -> None:
    visitor.give_password()
    assert "data-passkey" in visitor.get("code").content.decode()
    visitor.show_passkey(device)

    assert visitor.is_inside()


@pytest.mark.usefixtures("device")
def test_a_letter_binds_no_telephone_beside_a_passkey(visitor: Visitor, amine: Any, told: list[Event]) -> None:
    letter = issue_grant(account=amine, issued_by=None, operator="paul")
    visitor.give_password()
    answer = visitor.post("enrol", letter=letter.code, name="Voleur")

    assert shows_the_way_on(answer)
    assert not PendingEnrolment.objects.exists()
    assert [one.step for one in told if isinstance(one, WeakerWayRefused)] == ["grant"]


@pytest.mark.usefixtures("device")
def test_a_letter_binds_no_passkey_beside_a_passkey(visitor: Visitor, amine: Any, told: list[Event]) -> None:
    letter = issue_grant(account=amine, issued_by=None, operator="paul")
    visitor.give_password()
    visitor.post("enrol", letter=letter.code, way="passkey")
    options = visitor.asked_for_a_passkey("enrol_passkey_options")
    answer = visitor.post("enrol_passkey", answer=soft_passkey().create(options), name="Voleur")

    assert shows_the_way_on(answer)
    assert Passkey.objects.count() == 1
    assert [one.step for one in told if isinstance(one, WeakerWayRefused)] == ["grant"]


@pytest.mark.usefixtures("device")
def test_a_recovery_code_opens_a_request_and_never_a_session(visitor: Visitor, amine: Any) -> None:
    """D27: the passkey that is left sees it, and can say no."""
    permission = Permission(account=str(amine.pk))
    sheet = issue_recovery_codes(permission).codes
    confirm_recovery_codes(sheet[0], permission=permission)
    visitor.give_password()
    visitor.post("recovery", code=sheet[1])

    assert not visitor.is_inside()
    assert Passkey.objects.count() == 1


def test_a_mailed_reset_leaves_the_passkey_needed(
    visitor: Visitor, device: SoftPasskey, phone: Phone, letterbox: Letterbox
) -> None:
    """D34: with a new password a right code opens nothing, as with the old one."""
    visitor.post("password_reset", username="amine.benali")
    secret = letterbox()[-1].body.split("#")[1].split()[0]
    visitor.post("password_reset_confirm", code=secret, new_password="cinq lunettes vertes")
    visitor.give_password(password="cinq lunettes vertes")
    visitor.give_code(phone, phone.code(steps=1))

    assert not visitor.is_inside()
    visitor.show_passkey(device)
    assert visitor.is_inside()


def test_a_session_of_a_code_changes_no_password_and_adds_no_telephone(
    visitor: Visitor, amine: Any, phone: Phone
) -> None:
    visitor.enter(phone)
    bind_soft_passkey(amine)
    answer = visitor.post("password_change", password=GLASSES, new_password="cinq lunettes vertes")

    assert answer.status_code == 403
    assert "/step-up/" in visitor.get("authenticator_add").headers["Location"]
    amine.refresh_from_db()
    assert amine.check_password(GLASSES)


def test_with_the_passkey_too_no_telephone_is_added(visitor: Visitor, device: SoftPasskey) -> None:
    visitor.show_passkey(device)
    answer = visitor.post("authenticator_add", name="Deuxième")

    assert answer.status_code == 409
    assert OneTimeCode.objects.count() == 1
