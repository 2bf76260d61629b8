"""Keep what a search found under an opaque id, and give it out once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Model

from hardening import clock
from hardening.disclosure.models import FoundRecords
from hardening.requirements import Assurance

KEPT_FOR = timedelta(minutes=5)
"""A redirect takes a second; the rest is for a slow line. What is fetched later was asked for by somebody else."""

_ID_BYTES = 32
_LONGEST_ID = 64


def keep(keys: Sequence[str], *, model: type[Model], owner: Assurance) -> str:
    """Return the id under which ``owner`` may fetch these primary keys once. Only its digest is stored (D12)."""
    at = clock.now()
    FoundRecords.objects.filter(expires_at__lte=at).delete()
    result = secrets.token_urlsafe(_ID_BYTES)
    FoundRecords.objects.create(
        digest=_digest(result),
        session=owner.session,
        account=owner.account,
        model=model._meta.label_lower,
        keys=list(keys),
        expires_at=at + KEPT_FOR,
    )
    return result


def take(result: str, *, model: type[Model], owner: Assurance) -> list[str] | None:
    """Return the primary keys kept under ``result`` and forget them.

    None for an id that is unknown, used, expired, of another model, or of another session or account: one answer,
    and whoever tries a stranger's id does not use it up. It expires at its last moment, not after it.
    """
    if not owner.session or len(result) > _LONGEST_ID:
        return None
    own = FoundRecords.objects.filter(
        pk=_digest(result),
        session=owner.session,
        account=owner.account,
        model=model._meta.label_lower,
        expires_at__gt=clock.now(),
    )
    kept = own.first()
    if kept is None:
        return None
    # Of two requests at once, only the one whose statement deletes the row has the result.
    deleted, _ = own.delete()
    return list(kept.keys) if deleted else None


def _digest(result: str) -> str:
    return hashlib.sha256(result.encode()).hexdigest()
