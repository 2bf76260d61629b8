"""Remove what no rule reads any more: by command, in batches, and never inside a request (R10)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from hardening import clock
from hardening.lockout.buckets import Kind
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.json_length import JSONLength
from hardening.lockout.models import KnownBrowser, StoredBucket
from hardening.lockout.stores import alias_of_buckets, connection_of_buckets

LONGEST_WINDOW = timedelta(days=1)
MOST_BROWSERS = 20
"""Known browsers of one account; the longest unused go first."""

PATIENCE = timedelta(days=400)
"""How long failures after right passwords are kept: somebody guesses one code a week for a year (R25)."""


def stale_buckets() -> QuerySet[StoredBucket]:
    """Return the buckets that no rule reads: no failure counts, nobody needs to look, no row is under way."""
    now, settings = clock.now(), LockoutSettings.load()
    is_patient = Q(second_step_failures__gt=0, last_failed_at__gt=now - PATIENCE)
    # What only a person ends must not end with the broom.
    is_exhausted = Q(kind=Kind.UNKNOWN_BROWSERS, second_step_failures__gte=settings.second_step_failures)
    is_of_an_account = Q(kind__in=[Kind.UNKNOWN_BROWSERS, Kind.KNOWN_BROWSER])
    is_flagged = is_of_an_account & Q(
        recorded__gte=settings.failures_for_review, last_failed_at__gt=now - settings.keep_flagged_for
    )
    return (
        StoredBucket.objects.alias(recorded=JSONLength("failures"))
        .filter(last_failed_at__lte=now - LONGEST_WINDOW)
        .exclude(is_patient | is_exhausted | is_flagged)
    )


def remove_stale_buckets(*, batch_size: int) -> int:
    """Remove at most ``batch_size`` stale buckets, in one short transaction; return how many.

    A bucket that an attempt holds at this moment is skipped: nobody waits for the broom.
    """
    alias = alias_of_buckets()
    can_skip = connection_of_buckets().features.has_select_for_update_skip_locked
    with transaction.atomic(using=alias):
        rows = stale_buckets().using(alias).select_for_update(skip_locked=can_skip)
        keys = list(rows.values_list("key", flat=True)[:batch_size])
        StoredBucket.objects.using(alias).filter(key__in=keys).delete()
    return len(keys)


def remove_stale_browsers() -> int:
    """Remove the browsers unused for so long that they are known no more, and an account's beyond the latest 20.

    A browser that forgets its cookies is remembered anew at every login. Here and not there: a login does not wait
    for the broom. Return how many were removed.
    """
    oldest = clock.now() - LockoutSettings.load().remember_browser_for
    age = Window(RowNumber(), partition_by=[F("account")], order_by=[F("last_used_at").desc(), F("pk").desc()])
    surplus = KnownBrowser.objects.annotate(age=age).filter(age__gt=MOST_BROWSERS).values_list("pk", flat=True)
    count, _ = KnownBrowser.objects.filter(Q(last_used_at__lte=oldest) | Q(pk__in=list(surplus))).delete()
    return count
