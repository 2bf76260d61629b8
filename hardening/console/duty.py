"""What needs a person now: read from the domains, decided nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hardening.audit.models import Entry
from hardening.audit.reading import Criteria, page
from hardening.audit.unsettled import unsettled_changes
from hardening.authenticators.models import RecoveryRequest
from hardening.console.doors import User
from hardening.console.sections import Section, sections_for
from hardening.events import CodeReplayed
from hardening.lockout.review import OpenLockout, open_lockouts

SHOWN = 5
"""Of each kind on the first page: more is read in the section itself."""

LATELY = timedelta(hours=24)
UNSETTLED_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits, newest first; a kind that the person may not see is empty."""

    sections: Sequence[Section]
    lockouts: Sequence[OpenLockout] = ()
    requests: Sequence[RecoveryRequest] = ()
    replays: Sequence[Entry] = ()
    unsettled: Sequence[Entry] = ()

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing at all waits."""
        return not (self.lockouts or self.requests or self.replays or self.unsettled)

    @property
    def accounts(self) -> list[str]:
        """Return the ids of everybody on the page."""
        entries = (*self.replays, *self.unsettled)
        return [*(lockout.account for lockout in self.lockouts), *(entry.account for entry in entries)]


def waiting_for(user: User, *, at: datetime) -> Waiting:
    """Return what needs a person at ``at``, as far as this one may see it."""
    sections = sections_for(user)
    open_to_user = {section.url_name for section in sections}
    may_audit = "hardening_console:entries" in open_to_user
    return Waiting(
        sections=sections,
        lockouts=open_lockouts(limit=SHOWN) if "hardening_console:lockouts" in open_to_user else (),
        requests=pending_requests(limit=SHOWN) if "hardening_console:letters" in open_to_user else (),
        replays=page(Criteria(event=CodeReplayed.name, since=at - LATELY), size=SHOWN).entries if may_audit else (),
        unsettled=unsettled_changes(at=at, within=UNSETTLED_FOR, limit=SHOWN) if may_audit else (),
    )


def pending_requests(*, limit: int) -> Sequence[RecoveryRequest]:
    """Return the recovery requests that nobody has answered, the one that has waited longest first."""
    pending = RecoveryRequest.objects.filter(answered_at=None).select_related("account")
    return list(pending.order_by("requested_at")[:limit])
