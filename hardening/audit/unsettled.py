"""Changes that were intended and of which nobody knows whether they happened (D1)."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from hardening.audit.models import Entry
from hardening.events import ChangeIntended

GRACE = timedelta(minutes=5)
"""No change takes longer; a younger intent is simply under way."""


def unsettled_changes(*, at: datetime, within: timedelta, limit: int = 50) -> list[Entry]:
    """Return the intents of the time ``within`` before ``at`` that have neither outcome nor abandonment, newest first.

    Each is a process that died between two databases, or an outcome that could not be written: somebody has to
    look at the account.
    """
    settled = Entry.objects.filter(intent=OuterRef("intent")).exclude(name=ChangeIntended.name)
    intents = Entry.objects.filter(name=ChangeIntended.name, at__gte=at - within, at__lt=at - GRACE)
    return list(intents.filter(~Exists(settled)).order_by("-at", "-id")[:limit])
