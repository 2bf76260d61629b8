"""Restrict an account's new authenticators, and end that (D27, D28, D33, D35)."""

from datetime import datetime

from django.db import transaction

from hardening import clock
from hardening.authenticators.restriction_models import Restriction, latest
from hardening.clients import Client
from hardening.events import AccountWithheld, ProbationBegan, ProbationEnded, emit


def restrict(  # noqa: PLR0913 - whom, why, what, until when, from where
    account: str,
    *,
    why: str,
    nobody_until: datetime | None = None,
    probation_until: datetime | None = None,
    since: datetime | None = None,
    takes_codes: bool = False,
    client: Client | None = None,
) -> None:
    """Let authenticators bound from ``since`` on (from now on) disclose nobody until the one moment, then few people.

    ``why`` is letter, recovery, identity or disowned. What the account is under already stays at least as long.
    ``takes_codes`` restricts the codes of older telephones too. Call it before the authenticator is bound, or in the
    same transaction. Emits AccountWithheld and ProbationBegan.
    """
    at = clock.now()
    since = since or at
    with transaction.atomic():
        own, is_new = Restriction.objects.select_for_update().get_or_create(
            account_id=account, defaults={"why": why, "since": since}
        )
        if not is_new and _is_over(own, at=at):
            own.since, own.takes_codes = since, False
        own.since = min(own.since, since)
        own.why = why
        own.nobody_until = latest(own.nobody_until, nobody_until)
        own.probation_until = latest(own.probation_until, probation_until)
        own.takes_codes = own.takes_codes or takes_codes
        own.save()
        if nobody_until is not None:
            emit(AccountWithheld(at=at, account=account, client=client, until=nobody_until, why=why))
        if probation_until is not None:
            emit(ProbationBegan(at=at, account=account, client=client, until=probation_until, why=why))


def free_codes(account: str, *, client: Client | None = None) -> None:
    """Let the codes of older telephones open again: their owner is back with a passkey. Emits ProbationEnded.

    What was bound since stays as it is: a thief may have bound it.
    """
    with transaction.atomic():
        if Restriction.objects.filter(account_id=account, takes_codes=True).update(takes_codes=False):
            emit(ProbationEnded(at=clock.now(), account=account, client=client, by="passkey"))


def lift(account: str, *, by: str, client: Client | None = None) -> bool:
    """End what the account is under; False where it was under nothing. ``by`` is reviewer.

    Emits ProbationEnded.
    """
    with transaction.atomic():
        count, _ = Restriction.objects.filter(account_id=account).delete()
        if count:
            emit(ProbationEnded(at=clock.now(), account=account, client=client, by=by))
    return bool(count)


def _is_over(own: Restriction, *, at: datetime) -> bool:
    until = latest(own.nobody_until, own.probation_until)
    return until is None or until <= at
