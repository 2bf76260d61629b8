"""Enrolment grants: what a phished password cannot give."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hardening import clock
from hardening.authenticators.grants import (
    OwnGrantRefused,
    issue_grant,
    permission_from,
    permission_of,
    redeem_grant,
)
from hardening.authenticators.models import EnrolmentGrant, RecoveryRequest
from hardening.authenticators.permission import NoSuchGrant
from hardening.events import Event, GrantIssued

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

COMMITTED = pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
"""Outcomes are told at the commit, which other tests never reach."""


def test_a_letter_gives_its_account_the_permission_however_it_is_typed(amine: Any, sophie: Any) -> None:
    letter = issue_grant(account=amine, issued_by=sophie)

    for typed in (letter.code, letter.code.upper(), letter.code.replace("-", " ")):
        assert permission_from(typed, account=str(amine.pk)).grant == letter.grant


def test_a_letter_is_worth_nothing_to_another_account(amine: Any, claire: Any, sophie: Any) -> None:
    letter = issue_grant(account=amine, issued_by=sophie)

    with pytest.raises(NoSuchGrant):
        permission_from(letter.code, account=str(claire.pk))
    with pytest.raises(NoSuchGrant):
        permission_of(letter.grant, account=str(claire.pk))


@pytest.mark.parametrize("typed", ["", "x", "abcd-" * 7, "2" * 28, "\x00" * 28])
def test_what_is_no_letter_is_refused(amine: Any, typed: str) -> None:
    with pytest.raises(NoSuchGrant):
        permission_from(typed, account=str(amine.pk))


def test_a_letter_lives_72_hours(amine: Any, sophie: Any, at_noon: datetime) -> None:
    letter = issue_grant(account=amine, issued_by=sophie)

    with clock.frozen(at_noon + timedelta(hours=72) - timedelta(seconds=1)):
        permission_from(letter.code, account=str(amine.pk))
    with clock.frozen(letter.expires_at), pytest.raises(NoSuchGrant):
        permission_from(letter.code, account=str(amine.pk))
    with clock.frozen(letter.expires_at), pytest.raises(NoSuchGrant):
        redeem_grant(letter.grant, account=str(amine.pk))


def test_a_letter_is_redeemed_once(amine: Any, sophie: Any) -> None:
    letter = issue_grant(account=amine, issued_by=sophie)
    redeem_grant(letter.grant, account=str(amine.pk))

    with pytest.raises(NoSuchGrant):
        redeem_grant(letter.grant, account=str(amine.pk))
    with pytest.raises(NoSuchGrant):
        permission_from(letter.code, account=str(amine.pk))


def test_a_new_letter_kills_the_earlier_one(amine: Any, sophie: Any) -> None:
    earlier = issue_grant(account=amine, issued_by=sophie)
    later = issue_grant(account=amine, issued_by=sophie)

    with pytest.raises(NoSuchGrant):
        permission_from(earlier.code, account=str(amine.pk))
    assert permission_from(later.code, account=str(amine.pk))


def test_nobody_writes_himself_a_letter(sophie: Any) -> None:
    """D36: a phished administrator would otherwise bind a telephone of the thief's."""
    with pytest.raises(OwnGrantRefused):
        issue_grant(account=sophie, issued_by=sophie)
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolmentGrant.objects.create(account=sophie, issued_by=sophie, fingerprint="f" * 64, expires_at=clock.now())


@COMMITTED
def test_the_audit_learns_who_issued_it_to_whom(amine: Any, sophie: Any, told: list[Event]) -> None:
    letter = issue_grant(account=amine, issued_by=sophie)

    issued = told[-1]
    assert isinstance(issued, GrantIssued)
    assert (issued.account, issued.issued_by, issued.grant) == (str(amine.pk), str(sophie.pk), str(letter.grant))


def test_the_code_is_neither_in_the_table_nor_in_a_repr(amine: Any, sophie: Any) -> None:
    letter = issue_grant(account=amine, issued_by=sophie)
    code = letter.code.replace("-", "")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hardening_authenticators_enrolmentgrant")
        assert code not in repr(cursor.fetchall())
    assert letter.code not in repr(letter)


def test_a_letter_answers_the_recovery_request(amine: Any, sophie: Any) -> None:
    RecoveryRequest.objects.create(account=amine, opens_at=clock.now() + timedelta(hours=72))

    issue_grant(account=amine, issued_by=sophie)

    assert RecoveryRequest.objects.get().answered_at == clock.now()
