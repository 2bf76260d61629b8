"""Verifying one-time codes against the table."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from hardening import clock
from hardening.authenticators import codes, one_time_code
from hardening.authenticators.models import OneTimeCode
from hardening.events import CodeReplayed, Event
from hardening.testing.phones import Phone, bind_phone

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def phone(amine: Any) -> Phone:
    return bind_phone(amine)


def verify(code: str, *, holder: Any, phone: Phone) -> codes.Verified | None:
    return codes.verify(code, account=str(holder.pk), authenticator=phone.authenticator)


def test_the_code_on_the_telephone_proves_its_account(amine: Any, phone: Phone) -> None:
    verified = verify(phone.code(), holder=amine, phone=phone)

    assert verified is not None
    assert verified.account == amine
    assert OneTimeCode.objects.get().last_used_at == clock.now()


def test_account_and_authenticator_come_in_one_statement_and_are_spent_in_another(
    amine: Any, phone: Phone, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):  # and SAVEPOINT, RELEASE
        verified = verify(phone.code(), holder=amine, phone=phone)
        assert verified is not None
        assert verified.account.get_username() == "amine.benali"


def test_a_code_works_once(amine: Any, phone: Phone, told: list[Event]) -> None:
    first, second = (verify(phone.code(), holder=amine, phone=phone) for _ in range(2))

    assert (first is not None, second) == (True, None)
    assert [type(event) for event in told] == [CodeReplayed]


def test_the_code_that_confirmed_the_enrolment_is_used_up(amine: Any, phone: Phone) -> None:
    """P6."""
    assert verify(phone.code(steps=-1), holder=amine, phone=phone) is None


def test_a_used_code_is_not_accepted_in_another_spelling(amine: Any, phone: Phone) -> None:
    """P7."""
    code = phone.code()
    assert verify(code, holder=amine, phone=phone)

    spellings = [f"{code[:3]} {code[3:]}", f" {code}", f"+{code}", "".join(chr(0xFF10 + int(d)) for d in code)]
    assert [verify(spelling, holder=amine, phone=phone) for spelling in spellings] == [None] * 4


def test_an_older_unused_code_is_wrong_but_no_alarm(amine: Any, phone: Phone, told: list[Event]) -> None:
    """The owner who types the code of the step before is no thief."""
    later = phone.code(steps=1)
    assert verify(later, holder=amine, phone=phone)

    assert verify(phone.code(), holder=amine, phone=phone) is None
    assert told == []


def test_a_code_is_tried_against_the_named_authenticator_only(amine: Any, phone: Phone) -> None:
    """P10: the other telephone is neither tried nor touched."""
    other = bind_phone(amine, name="Ancien")
    before = OneTimeCode.objects.get(pk=other.authenticator).last_counter

    assert verify(other.code(), holder=amine, phone=phone) is None
    assert OneTimeCode.objects.get(pk=other.authenticator).last_counter == before


def test_nobody_proves_himself_with_anothers_telephone(claire: Any, phone: Phone) -> None:
    assert verify(phone.code(), holder=claire, phone=phone) is None


@pytest.mark.parametrize(
    "reference",
    [
        *("", "0", "-1", "1.0", "\u0663", "/", "a/b/c", "9" * 40, "1 OR 1=1", "\x00", "99999"),
        *("auth.user/1", "accounts.account/1", "nosuch.model/1", "hardening_authenticators.onetimecode/1"),
    ],
)
def test_a_malformed_reference_is_no_authenticator(amine: Any, reference: str) -> None:
    """P33: django-otp answers some of these with an exception, and a page with a 500."""
    assert codes.verify("123456", account=str(amine.pk), authenticator=reference) is None


def test_the_seed_is_not_in_the_table(phone: Phone) -> None:
    """L4: a dump holds no usable authenticator."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hardening_authenticators_onetimecode")
        stored = repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in cursor.fetchone()])

    assert phone.seed.hex() not in stored
    assert repr(phone.seed)[2:-1] not in stored


def test_the_telephone_used_last_is_offered_first(amine: Any, phone: Phone, at_noon: datetime) -> None:
    other = bind_phone(amine, name="Ancien")
    with clock.frozen(at_noon + one_time_code.STEP):
        assert verify(phone.code(), holder=amine, phone=phone)

    assert [str(one.pk) for one in codes.enrolled(account=str(amine.pk))] == [phone.authenticator, other.authenticator]
