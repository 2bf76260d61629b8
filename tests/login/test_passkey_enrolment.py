"""A letter binds a passkey as well as a telephone."""

from typing import Any

import pytest

from hardening.authenticators.grants import issue_grant
from hardening.authenticators.models import OneTimeCode, Passkey
from hardening.testing.passkeys import soft_passkey
from tests.login.visitors import Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

LEAKED = "Lunettes2024"


def with_a_letter(visitor: Visitor, account: Any, password: str | None = None) -> Visitor:
    letter = issue_grant(account=account, issued_by=None, operator="paul")
    visitor.give_password(**({"password": password} if password else {}))
    visitor.post("enrol", letter=letter.code, way="passkey")
    return visitor


def binds(visitor: Visitor, name: str = "Comptoir") -> Any:
    options = visitor.asked_for_a_passkey("enrol_passkey_options")
    return visitor.post("enrol_passkey", answer=soft_passkey().create(options), name=name)


def test_a_letter_binds_a_passkey_and_the_session_opens(visitor: Visitor, amine: Any) -> None:
    with_a_letter(visitor, amine)
    answer = binds(visitor)

    assert answer.headers["Location"] == "/counter/"
    assert visitor.is_inside()
    assert visitor.get("recovery_codes").status_code == 403  # on probation for a day
    assert not OneTimeCode.objects.exists()


def test_without_a_letter_nothing_is_asked_for_nor_bound(visitor: Visitor, amine: Any) -> None:  # noqa: ARG001 - exists
    """I3."""
    visitor.give_password()

    assert visitor.post("enrol_passkey_options").status_code == 403
    assert visitor.post("enrol_passkey", answer="{}", name="Voleur").headers["Location"] == "/login/enrol/"
    assert not Passkey.objects.exists()


def test_a_letter_works_once(visitor: Visitor, amine: Any) -> None:
    """P5."""
    other = with_a_letter(Visitor(), amine)
    options = other.asked_for_a_passkey("enrol_passkey_options")
    letter = issue_grant(account=amine, issued_by=None, operator="paul")
    visitor.give_password()
    visitor.post("enrol", letter=letter.code, way="passkey")
    binds(visitor)

    other.post("enrol_passkey", answer=soft_passkey().create(options), name="Voleur")
    assert [one.name for one in Passkey.objects.all()] == ["Comptoir"]


def test_another_accounts_letter_binds_nothing(visitor: Visitor, amine: Any, claire: Any) -> None:  # noqa: ARG001 - exists
    """P3, P15."""
    letter = issue_grant(account=claire, issued_by=None, operator="paul")
    visitor.give_password()
    visitor.post("enrol", letter=letter.code, way="passkey")

    assert visitor.post("enrol_passkey_options").status_code == 403


def test_a_refused_answer_leaves_the_letter(visitor: Visitor, amine: Any) -> None:
    with_a_letter(visitor, amine)
    options = visitor.asked_for_a_passkey("enrol_passkey_options")
    lied = soft_passkey().create(options, is_user_verified=False)
    assert visitor.post("enrol_passkey", answer=lied, name="X").context["form"].non_field_errors()

    binds(visitor)
    assert visitor.is_inside()


def test_a_leaked_password_is_changed_by_mail_before_anything_opens(visitor: Visitor, amine: Any) -> None:
    amine.set_password(LEAKED)
    amine.save()
    with_a_letter(visitor, amine, LEAKED)
    assert binds(visitor).headers["Location"] == "/login/password/"
    assert not visitor.is_inside()

    assert "password/reset" in visitor.post("password_must_change", new_password="cinq lunettes").content.decode()
    assert not visitor.is_inside()
