"""The sessions of an account, as its owner sees them on the account page."""

from dataclasses import dataclass
from datetime import datetime

from hardening import clock
from hardening.requirements import Standing
from hardening.sessions.conf import SessionsSettings
from hardening.sessions.limits import overrun
from hardening.sessions.models import Session


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """One line of the list. ``public_id`` names it when the owner ends it; ``place`` is its network."""

    public_id: str
    browser: str
    place: str
    since: datetime
    last_seen_at: datetime
    is_current: bool


def open_sessions(account: str, *, current: str | None = None) -> list[OpenSession]:
    """Return the live sessions of ``account``, the last seen first; ``current`` is the public id of the reader's.

    Half logins are left out: they open nothing, and showing them would ask people to judge their own typing.
    """
    if not account:
        return []
    limits, at = SessionsSettings.load(), clock.now()
    rows = Session.objects.of_account(account).opened().defer("data").order_by("-last_seen_at")
    alive = [row for row in rows if overrun(row.lifetime, at=at, idle=limits.idle, absolute=limits.absolute) is None]
    counted = [row.began_at for row in alive if row.assurance.get("standing") != Standing.HELD.value]
    return [
        OpenSession(
            public_id=str(row.public_id),
            browser=row.browser,
            place=row.network,
            since=row.began_at,
            last_seen_at=row.last_seen_at,
            is_current=str(row.public_id) == current,
        )
        for row in alive
        if sum(began > row.began_at for began in counted) < limits.at_most
    ]
