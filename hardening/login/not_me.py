"""The owner says of a login that it was not his: what can be a thief's ends, and codes disclose nobody (D33)."""

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hardening import clock
from hardening.assurance.record import read
from hardening.authenticators import restrictions
from hardening.authenticators.models import Passkey
from hardening.clients import Client
from hardening.events import NotMeReported, emit
from hardening.lockout import device_cookies
from hardening.login import links, notices
from hardening.login.held_models import PendingLogin
from hardening.sessions.models import Session
from hardening.sessions.revocation import end_session

DOUBTED = timedelta(days=1)
"""What was bound so long before the mail is in doubt as well: its owner may answer a later one than the first."""

WITHHELD = timedelta(days=7)
"""Codes disclose nobody for as long, unless a passkey bound before or a reviewer ends it sooner."""


def report(text: str, *, client: Client) -> None:
    """Use the mailed link up and do what its owner asks, without a login: it can only take away.

    The session that the mail told of ends, with every half login, every held login, every session by code, the
    browsers not believed yet and all other links; what was bound in the day before is in doubt too. A thief with the
    mailbox gains nothing; the owner comes back by an older passkey at once. Emits NotMeReported and what follows.

    Raise NoSuchLink.
    """
    with transaction.atomic():
        objection = links.use_link(text, purpose=links.NOT_ME)
        holder: AbstractBaseUser = objection.account
        account, at = str(holder.pk), clock.now()
        since = min(objection.made_at - DOUBTED, at)
        links.use_up_all(account)
        PendingLogin.objects.filter(account_id=account).delete()
        for session in _suspect(account, named=objection.session, since=since):
            end_session(session, account=account, reason="disowned")
        device_cookies.forget_unproven(holder)
        restrictions.restrict(
            account, why="disowned", nobody_until=at + WITHHELD, since=since, takes_codes=True, client=client
        )
        emit(NotMeReported(at=at, account=account, client=client, session=objection.session))
    notices.disowned(holder, at=at, client=client)


def _suspect(account: str, *, named: str, since: datetime) -> list[str]:
    """Return the sessions that end: all but those of a passkey that the mail did not name.

    All, where a passkey was bound since: a session does not say by which one it was opened.
    """
    found, is_doubtful = [], Passkey.objects.filter(account_id=account, bound_at__gte=since).exists()
    for row in Session.objects.of_account(account):
        record = read(row.assurance)
        is_kept = record is not None and record.is_phishing_resistant and str(row.public_id) != named
        is_kept = is_kept and not is_doubtful
        if not is_kept:
            found.append(str(row.public_id))
    return found
