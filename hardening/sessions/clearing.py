"""Deleting sessions that no limit lets live: by a command, in batches, never inside a request (R10)."""

from collections.abc import Callable

from django.db import connections, router, transaction

from hardening import clock
from hardening.events import SessionEnded, emit
from hardening.sessions.conf import SessionsSettings
from hardening.sessions.models import Session

BATCH = 1_000
"""Rows per transaction: locks are held for milliseconds, and an interrupted run loses one batch."""


def count_clearable() -> int:
    """Return how many sessions ``clear_sessions`` would delete now."""
    return Session.objects.unseen_since(clock.now() - SessionsSettings.load().idle).count()


def clear_sessions(*, batch_size: int = BATCH, on_batch: Callable[[int], object] = lambda _: None) -> int:
    """Delete every session unseen for longer than the idle limit; return how many.

    What passed the absolute limit while in use is deleted by the request that finds it, or is idle by and by.
    ``on_batch`` is told the size of each batch.
    """
    total = 0
    while cleared := _clear_batch(batch_size):
        total += cleared
        on_batch(cleared)
    return total


def _clear_batch(size: int) -> int:
    alias = router.db_for_write(Session)
    at = clock.now()
    stale = Session.objects.using(alias).unseen_since(at - SessionsSettings.load().idle).order_by("last_seen_at")
    with transaction.atomic(using=alias):
        # Skip what another run, or a request that found its session over, is deleting.
        skip_locked = connections[alias].features.has_select_for_update_skip_locked
        rows = list(
            stale.select_for_update(skip_locked=skip_locked).only("key", "account", "public_id", "opened_at")[:size]
        )
        Session.objects.using(alias).filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        if row.opened_at is not None:
            emit(SessionEnded(at=at, account=row.account, session=str(row.public_id), reason="idle"))
    return len(rows)
