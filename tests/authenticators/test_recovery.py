"""Recovery codes: a request, never a session."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hardening import clock
from hardening.authenticators import recovery_code
from hardening.authenticators.grants import issue_grant
from hardening.authenticators.models import RecoveryCode
from hardening.authenticators.permission import Permission
from hardening.authenticators.recovery import (
    AlreadyRequested,
    Sheet,
    WrongRecoveryCode,
    confirm_recovery_codes,
    issue_recovery_codes,
    open_request,
    remaining_codes,
    use_recovery_code,
)
from hardening.errors import StepUpRequired
from hardening.events import Event, RecoveryRequested

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

COMMITTED = pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
"""Outcomes are told at the commit, which other tests never reach."""


def printed(account: Any) -> Sheet:
    permission = Permission(account=str(account.pk))
    sheet = issue_recovery_codes(permission)
    confirm_recovery_codes(sheet.codes[3], permission=permission)
    return sheet


def test_a_sheet_has_ten_codes_and_typing_one_back_uses_none(amine: Any) -> None:
    sheet = printed(amine)

    assert len(set(sheet.codes)) == 10
    assert remaining_codes(account=str(amine.pk)) == 10


@COMMITTED
def test_a_recovery_code_opens_a_request_that_waits_72_hours(amine: Any, told: list[Event]) -> None:
    sheet = printed(amine)

    opened = use_recovery_code(sheet.codes[0].upper(), account=str(amine.pk))

    assert opened.opens_at == clock.now() + timedelta(hours=72)
    assert open_request(account=str(amine.pk)) == opened
    assert isinstance(told[-1], RecoveryRequested)
    assert told[-1].remaining_codes == 9


def test_a_code_works_once_also_after_the_request_was_answered(amine: Any, sophie: Any) -> None:
    sheet = printed(amine)
    use_recovery_code(sheet.codes[0], account=str(amine.pk))
    issue_grant(account=amine, issued_by=sophie)

    with pytest.raises(WrongRecoveryCode):
        use_recovery_code(sheet.codes[0], account=str(amine.pk))
    assert use_recovery_code(sheet.codes[1], account=str(amine.pk))


def test_while_a_request_is_open_no_second_code_is_used_up(amine: Any) -> None:
    sheet = printed(amine)
    use_recovery_code(sheet.codes[0], account=str(amine.pk))

    with pytest.raises(AlreadyRequested):
        use_recovery_code(sheet.codes[1], account=str(amine.pk))
    assert remaining_codes(account=str(amine.pk)) == 9


def test_a_code_is_worth_nothing_on_another_account(amine: Any, claire: Any) -> None:
    sheet = printed(amine)
    printed(claire)

    with pytest.raises(WrongRecoveryCode):
        use_recovery_code(sheet.codes[0], account=str(claire.pk))


@pytest.mark.parametrize("typed", ["", "abcd", "2222-2222-2222-2222", "0ooo-1lll-0ooo-1lll"])
def test_what_is_no_code_is_refused(amine: Any, typed: str) -> None:
    printed(amine)

    with pytest.raises(WrongRecoveryCode):
        use_recovery_code(typed, account=str(amine.pk))


def test_a_sheet_that_nobody_typed_back_opens_nothing_and_leaves_the_old_one_in_force(amine: Any) -> None:
    """A printer that jams must not leave the owner with ten codes he never saw."""
    old = printed(amine)
    new = issue_recovery_codes(Permission(account=str(amine.pk)))

    with pytest.raises(WrongRecoveryCode):
        use_recovery_code(new.codes[0], account=str(amine.pk))
    assert use_recovery_code(old.codes[0], account=str(amine.pk))


def test_a_confirmed_sheet_replaces_the_earlier_one(amine: Any) -> None:
    old, new = printed(amine), printed(amine)

    with pytest.raises(WrongRecoveryCode):
        use_recovery_code(old.codes[0], account=str(amine.pk))
    assert use_recovery_code(new.codes[0], account=str(amine.pk))


def test_a_letter_prints_no_recovery_codes(amine: Any) -> None:
    permission = Permission(account=str(amine.pk), grant=issue_grant(account=amine, issued_by=None).grant)

    with pytest.raises(StepUpRequired):
        issue_recovery_codes(permission)


def test_the_codes_are_neither_in_the_table_nor_in_a_repr(amine: Any) -> None:
    """L4: eighty bits under a key that is not in the database."""
    sheet = printed(amine)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hardening_authenticators_recoverycode")
        stored = repr(cursor.fetchall())
    assert not [code for code in sheet.codes if code.replace("-", "") in stored or code in stored]
    assert sheet.codes[0] not in repr(sheet)
    assert RecoveryCode.objects.first().digest != recovery_code.message(sheet.codes[0], account="").hex()  # type: ignore[union-attr]
