"""Gives the cast its one-time codes the way real accounts get theirs: a letter, a seed, a first code."""

from datetime import timedelta

from hardening import clock
from hardening.authenticators.enrolment import begin_enrolment, confirm_enrolment
from hardening.authenticators.grants import issue_grant, permission_from
from hardening.authenticators.models import OneTimeCode
from hardening.authenticators.one_time_code import STEP, code_at, step_at
from portal.accounts.models import Account
from portal.demo.cast import CAST

AGO = timedelta(minutes=2)
"""How long ago it happened, so that the confirming code is not the one that the first login would show (P6)."""


def enrol(accounts: dict[str, Account]) -> None:
    """Bind a one-time code to everybody who has one; the administrators grant each other's."""
    administrators = [accounts[member.username] for member in CAST if member.is_administrator]
    with clock.shifted(-AGO):
        for member in CAST:
            if member.has_code:
                account = accounts[member.username]
                issuer = next(administrator for administrator in administrators if administrator != account)
                _bind(account, issued_by=issuer)


def _bind(account: Account, *, issued_by: Account) -> None:
    letter = issue_grant(account=account, issued_by=issued_by)
    permission = permission_from(letter.code, account=str(account.pk))
    session = f"demo-{account.username}"
    seed = begin_enrolment(permission, name="Application du téléphone", session=session)
    code = code_at(seed.value, counter=step_at(clock.now()))
    confirm_enrolment(code, account=str(account.pk), session=session)


def next_code(username: str) -> tuple[str, timedelta]:
    """Return the code that the phone of ``username`` shows, or will show if that one is used up, and the wait.

    Raise OneTimeCode.DoesNotExist for somebody who has none.
    """
    authenticator = OneTimeCode.objects.get(user__username=Account.normalize_username(username), confirmed=True)
    at = clock.now()
    counter = max(step_at(at), authenticator.last_counter + 1)
    begins_in = counter * STEP.total_seconds() - at.timestamp()
    code = code_at(bytes.fromhex(authenticator.seed), counter=counter)
    return code, timedelta(seconds=max(0.0, begins_in))
