"""Whatever is single-use is consumed once, by however many at the same moment (I2)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from hardening import clock
from hardening.authenticators import codes, one_time_code
from hardening.authenticators.enrolment import begin_enrolment, confirm_enrolment, remove_authenticator
from hardening.authenticators.grants import issue_grant, permission_from, redeem_grant
from hardening.authenticators.models import EnrolmentGrant, OneTimeCode
from hardening.authenticators.permission import Permission
from hardening.authenticators.recovery import confirm_recovery_codes, issue_recovery_codes, use_recovery_code
from hardening.errors import Outcome
from hardening.testing.phones import bind_phone

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"], transaction=True),
    pytest.mark.postgresql,
]

THREADS = 64


def at_once(attempt: Callable[[], Any], *, threads: int = THREADS) -> list[Any]:
    """Run ``attempt`` in all threads from the same moment and return what succeeded."""
    gate = Barrier(threads)
    present = clock.now()

    def run(_: int) -> Any:
        try:
            with clock.frozen(present):
                gate.wait()
                return attempt()
        except Outcome:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return [result for result in pool.map(run, range(threads)) if result is not None]


def test_one_code_64_threads_one_success(amine: Any) -> None:
    """P5, I2."""
    phone = bind_phone(amine)
    code = phone.code()

    accepted = at_once(lambda: codes.verify(code, account=str(amine.pk), authenticator=phone.authenticator))

    assert len(accepted) == 1


def test_one_recovery_code_64_threads_one_request(amine: Any) -> None:
    """P5, I2."""
    permission = Permission(account=str(amine.pk))
    sheet = issue_recovery_codes(permission)
    confirm_recovery_codes(sheet.codes[0], permission=permission)

    opened = at_once(lambda: use_recovery_code(sheet.codes[1], account=str(amine.pk)))

    assert len(opened) == 1


def test_one_letter_64_threads_redeemed_once(amine: Any) -> None:
    """P5, I2."""
    letter = issue_grant(account=amine, issued_by=None)

    assert len(at_once(lambda: redeem_grant(letter.grant, account=str(amine.pk)))) == 1


def test_one_seed_64_threads_bound_once(amine: Any) -> None:
    """P5: a doubled form post binds one telephone, not two."""
    permission = permission_from(issue_grant(account=amine, issued_by=None).code, account=str(amine.pk))
    seed = begin_enrolment(permission, name="Téléphone", session="here")
    code = one_time_code.code_at(seed.value, counter=one_time_code.step_at(clock.now()))

    at_once(lambda: confirm_enrolment(code, account=str(amine.pk), session="here"))

    assert OneTimeCode.objects.count() == 1


def test_two_removals_at_once_leave_one_telephone(amine: Any) -> None:
    phones = iter([bind_phone(amine), bind_phone(amine, name="Deuxième")])
    permission = Permission(account=str(amine.pk))

    at_once(lambda: remove_authenticator(permission, authenticator=int(next(phones).authenticator)), threads=2)

    assert OneTimeCode.objects.count() == 1


def test_letters_issued_at_once_leave_one_that_works(amine: Any) -> None:
    """A letter kills every other: one that lies forgotten on a desk must not stay good beside the one handed over."""
    issued = at_once(lambda: issue_grant(account=amine, issued_by=None), threads=8)

    assert len(issued) == 8
    assert EnrolmentGrant.objects.filter(spent_at=None).count() == 1
