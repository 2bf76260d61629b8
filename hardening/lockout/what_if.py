"""Other limits, tried on the failures that are recorded (review, ``simulate_limits``)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hardening.lockout.buckets import Kind
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.models import Release, StoredBucket
from hardening.lockout.simulation import NOTHING, Simulated, simulate
from hardening.lockout.stores.records import failures_of

LIMITS = (3, 5, 8, 10)
"""What is worth trying: stricter, the usual, and up to the most that is allowed."""


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What one limit would have done."""

    limit: int
    is_in_force: bool
    found: Simulated


def what_if(histories: Iterable[Sequence[datetime]], *, limits: Iterable[int] = LIMITS) -> list[WhatIf]:
    """Return, for each limit of failures in a browser's bucket, what it would have done with these histories."""
    known = list(histories)
    rule = LockoutSettings.load().rule_for(Kind.UNKNOWN_BROWSERS)
    return [
        WhatIf(
            limit=limit,
            is_in_force=limit == rule.limit,
            found=sum((simulate(each, rule=replace(rule, limit=limit)) for each in known), start=NOTHING),
        )
        for limit in sorted({*limits, rule.limit})
    ]


def recorded_histories() -> list[list[datetime]]:
    """Return the moments of the failures of every account's buckets, released ones included, oldest first."""
    buckets = StoredBucket.objects.exclude(kind=Kind.ADDRESS).values_list("failures", flat=True)
    released = Release.objects.exclude(kind=Kind.ADDRESS).values_list("failed_at", flat=True)
    held = [[failure.at for failure in failures_of(failures)] for failures in buckets.iterator(chunk_size=2_000)]
    return held + [[datetime.fromisoformat(at) for at, _step in failed_at] for failed_at in released]
