"""Ending sessions: what a changed password, a changed authenticator and the owner's own list do (I4, P21)."""

from functools import partial

from django.db import router, transaction

from hardening import clock
from hardening.events import SessionEnded, emit
from hardening.sessions.models import Session


def end_sessions(account: str, *, reason: str, except_for: str | None = None) -> int:
    """End every session and every half login of ``account``; return how many.

    ``except_for`` is the public id of a session to keep: the one in which the owner makes the change. Half
    logins go too, or a thief who waits at the second step would outlive the change of the password he typed.
    They are dead at commit, in whatever transaction this runs; a request under way cannot save them back.
    """
    doomed = Session.objects.of_account(account)
    if except_for is not None:
        doomed = doomed.exclude(public_id=except_for)
    count, _ = doomed.delete() if account else (0, {})
    if count:
        _tell_at_commit(SessionEnded(at=clock.now(), account=account, reason=reason, count=count))
    return count


def end_session(public_id: str, *, account: str, reason: str = "revoked") -> bool:
    """End one session of ``account``; return whether there was one. Another account's session is not found (P3)."""
    count, _ = Session.objects.of_account(account).filter(public_id=public_id).delete() if account else (0, {})
    if count:
        _tell_at_commit(SessionEnded(at=clock.now(), account=account, session=public_id, reason=reason))
    return bool(count)


def _tell_at_commit(ended: SessionEnded) -> None:
    # At commit, not before: an audit that fails must not keep a thief's session alive.
    transaction.on_commit(partial(emit, ended), using=router.db_for_write(Session))
