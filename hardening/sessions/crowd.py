"""An account's sessions at once: the newest stay, the others end."""

from hardening import clock
from hardening.events import SessionEnded, emit
from hardening.requirements import Standing
from hardening.sessions.conf import SessionsSettings
from hardening.sessions.models import Session


def end_surplus(account: str, *, newest: str) -> int:
    """End what an account has open beyond its newest sessions, and return how many ended.

    ``newest`` is the public id of the one that has just opened, which stays in any case.

    Held ones are left alone, and push nobody out: whoever relays a password and a code must not end the owner's work
    (P9). Of logins at the very same moment this may see too few; those end when they are next read (``of_key``).
    Emits SessionEnded.
    """
    limits, at = SessionsSettings.load(), clock.now()
    counted = (
        Session.objects.of_account(account)
        .filter(opened_at__gt=at - limits.absolute, last_seen_at__gt=at - limits.idle)
        .exclude(assurance__standing=Standing.HELD.value)
        .exclude(public_id=newest)
        .order_by("-opened_at")
    )
    surplus = list(counted.values_list("pk", "public_id")[limits.at_most - 1 :])
    for key, public_id in surplus:
        if Session.objects.filter(pk=key).delete()[0]:
            emit(SessionEnded(at=at, account=account, session=str(public_id), reason="limited"))
    return len(surplus)
