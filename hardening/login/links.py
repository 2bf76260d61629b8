"""Links in mails by which an owner objects: single use, stored hashed, and raising nothing (D33, P27)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hardening import clock
from hardening.errors import Outcome
from hardening.events import LinkReplayed, emit
from hardening.login import reset_code
from hardening.login.held_models import ActionLink

NOT_ME = "not_me"
LIFETIME = timedelta(days=7)
"""As long as a probation: whoever reads his mail once a week can still object before it ends by itself (D28)."""


class NoSuchLink(Outcome):
    """The code is no link of this purpose, or it was used or has expired: one answer for all."""


@dataclass(frozen=True)
class Objection:
    """What a link is for: whose account, loaded, and which session the mail told of."""

    account: Any
    session: str
    made_at: datetime
    """When the mail was written: what a thief has changed, it tells of, or is not much older."""


def new_link(purpose: str, *, account: str, session: str = "") -> str:
    """Store a link and return its code, to be put behind the # of an address, where no log takes it along."""
    code, at = reset_code.new_code(), clock.now()
    ActionLink.objects.create(
        account_id=account,
        purpose=purpose,
        fingerprint=_fingerprint(code, purpose=purpose),
        session=session,
        made_at=at,
        expires_at=at + LIFETIME,
    )
    return code


def use_link(text: str, *, purpose: str) -> Objection:
    """Use a link up and return what it is for; of any number of simultaneous callers one gets it.

    Raise NoSuchLink otherwise; one that was used already is told as well, for it was read by two.
    """
    code, at = reset_code.read(text), clock.now()
    named = ActionLink.objects.filter(fingerprint=_fingerprint(code or "", purpose=purpose))
    found = named.select_related("account").first() if code else None
    if found is None:
        raise NoSuchLink("no such link")
    if named.filter(used_at=None, expires_at__gt=at).update(used_at=at) != 1:
        if found.expires_at > at:
            emit(LinkReplayed(at=at, account=str(found.account_id), session=found.session, purpose=purpose))
        raise NoSuchLink("no such link")
    return Objection(account=found.account, session=found.session, made_at=found.made_at)


def use_up_all(account: str) -> None:
    """Use up every link of the account: after an objection the others have nothing left to say."""
    ActionLink.objects.filter(account_id=account, used_at=None).update(used_at=clock.now())


def _fingerprint(code: str, *, purpose: str) -> str:
    return hashlib.sha256(f"hardening link v1:{purpose}:{code}".encode()).hexdigest()
