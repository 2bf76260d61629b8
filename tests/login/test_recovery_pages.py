"""No telephone at hand, and the sheet in the drawer."""

import re
from datetime import timedelta
from typing import Any

import pytest

from hardening import clock
from hardening.authenticators.models import RecoveryCode, RecoveryRequest
from hardening.authenticators.permission import Permission
from hardening.authenticators.recovery import confirm_recovery_codes, issue_recovery_codes, remaining_codes
from hardening.testing.phones import Phone
from tests.login.test_entrance import everything_stored
from tests.login.visitors import Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

CODE = re.compile(r"[2-9a-km-np-z]{4}(?:-[2-9a-km-np-z]{4}){3}")


@pytest.fixture
def sheet(amine: Any) -> tuple[str, ...]:
    permission = Permission(account=str(amine.pk))
    codes = issue_recovery_codes(permission).codes
    confirm_recovery_codes(codes[0], permission=permission)
    return codes


@pytest.mark.usefixtures("phone")
def test_a_recovery_code_opens_a_request_and_no_session(visitor: Visitor, sheet: tuple[str, ...], amine: Any) -> None:
    """D27: a phished sheet discloses nobody."""
    visitor.give_password()
    page = visitor.post("recovery", code=sheet[1])

    assert page.context["request_opened"] == RecoveryRequest.objects.get()
    assert not visitor.is_inside()
    assert remaining_codes(account=str(amine.pk)) == 9


@pytest.mark.usefixtures("phone")
def test_the_page_keeps_saying_where_the_request_stands(visitor: Visitor, sheet: tuple[str, ...]) -> None:
    visitor.give_password()
    visitor.post("recovery", code=sheet[1])

    assert visitor.get("recovery").context["request_opened"]
    visitor.post("recovery", code=sheet[2])
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


@pytest.mark.usefixtures("phone")
def test_wrong_recovery_codes_count_like_wrong_passwords(visitor: Visitor, sheet: tuple[str, ...]) -> None:
    """P11."""
    visitor.give_password()
    for _ in range(5):
        visitor.post("recovery", code="2222-2222-2222-2222")

    assert visitor.post("recovery", code=sheet[1]).status_code == 429
    assert not RecoveryRequest.objects.exists()


def test_a_recovery_code_needs_the_password_first(visitor: Visitor, sheet: tuple[str, ...]) -> None:
    assert visitor.post("recovery", code=sheet[1]).status_code == 403
    assert not RecoveryRequest.objects.exists()


def test_the_owner_hears_of_it(visitor: Visitor, sheet: tuple[str, ...], letterbox: Any) -> None:
    visitor.give_password()
    visitor.post("recovery", code=sheet[1])

    assert "code de secours" in letterbox()[-1].subject


def test_ten_codes_are_shown_once_and_one_typed_back_puts_them_in_force(
    visitor: Visitor, phone: Phone, amine: Any
) -> None:
    codes = CODE.findall(visitor.enter(phone).post("recovery_codes").content.decode())

    assert len(set(codes)) == 10
    assert not CODE.search(visitor.get("recovery_codes").content.decode())
    assert remaining_codes(account=str(amine.pk)) == 0
    assert visitor.post("recovery_codes_confirm", code=codes[4]).headers["Location"] == "/security/"
    assert remaining_codes(account=str(amine.pk)) == 10


@pytest.mark.usefixtures("sheet")
def test_looking_at_the_page_makes_no_codes(visitor: Visitor, phone: Phone) -> None:
    before = list(RecoveryCode.objects.order_by("pk").values_list("digest"))
    visitor.enter(phone).get("recovery_codes")

    assert list(RecoveryCode.objects.order_by("pk").values_list("digest")) == before


def test_the_codes_are_in_no_session_table_or_log(
    visitor: Visitor, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    """P1, I7."""
    codes = CODE.findall(visitor.enter(phone).post("recovery_codes").content.decode())
    stored = everything_stored() + caplog.text

    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]


def test_a_new_sheet_ends_every_other_session(visitor: Visitor, phone: Phone, at_noon: Any) -> None:
    """P21, I4."""
    thief = Visitor(address="203.0.113.9").enter(phone)
    with clock.frozen(at_noon + timedelta(seconds=30)):
        codes = CODE.findall(visitor.enter(phone).post("recovery_codes").content.decode())
        visitor.post("recovery_codes_confirm", code=codes[0])

        assert (thief.is_inside(), visitor.is_inside()) == (False, True)
