"""What one attempt asks of its buckets, and whether they let it pass: all of them, or none is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from hardening.lockout.cooloff import Rule, locked_until


class Kind(IntEnum):
    """Whose failures a bucket counts. The numbers stand in the table and are never reused."""

    UNKNOWN_BROWSERS = 1
    """All browsers that the account does not know, together."""
    KNOWN_BROWSER = 2
    """One browser that the account knows: its own failures only."""
    ADDRESS = 3
    """One /24 or /64, whatever the account: somebody trying many names."""


@dataclass(frozen=True)
class Failure:
    """An attempt that was evaluated and not given back.

    ``origin`` is a network in the bucket of an account, and the beginning of an account's key in the bucket
    of an address: enough to say where from, and how many accounts, without a name.
    """

    at: datetime
    slot: str
    step: str
    origin: str
    browser: str


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket as an attempt finds it, with the rule in force; ``failures`` are oldest first, as recorded."""

    key: UUID
    kind: Kind
    rule: Rule
    failures: tuple[Failure, ...] = ()
    refused: int = 0
    """Attempts refused since the last one that was evaluated."""
    second_step_failures: int = 0
    """Consecutive failures after a right password, whatever the time between them (D32, R25)."""

    def locked_until(self, *, at: datetime) -> datetime | None:
        """Return when this bucket lets the next attempt pass, or None when it does at ``at``."""
        return locked_until([failure.at for failure in self.failures], rule=self.rule, at=at)

    @property
    def is_exhausted(self) -> bool:
        """Tell whether the patience of this bucket is used up: no rest ends that, only a person does (R25)."""
        return 0 < self.rule.second_steps <= self.second_step_failures

    def is_closed(self, *, at: datetime) -> bool:
        """Tell whether this bucket refuses an attempt at ``at``."""
        return self.is_exhausted or self.locked_until(at=at) is not None


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """The answer: the buckets as they are now if the attempt may be evaluated, else those that refuse it."""

    is_allowed: bool
    at: datetime
    buckets: tuple[Bucket, ...]


def reserve(
    buckets: Sequence[Bucket], *, failures: Mapping[UUID, Failure], at: datetime, is_second_step: bool
) -> Reservation:
    """Return the buckets with this attempt recorded in each as a failure, or those that refuse it.

    It is recorded before anything is compared: of N parallel guesses at most ``limit`` are ever evaluated, and
    one whose process dies has failed (R1). A refusal changes the count of refusals and nothing else (R16), and
    only where it refuses: an attempt that one bucket refuses costs nothing in another.
    """
    refusing = tuple(replace(bucket, refused=bucket.refused + 1) for bucket in buckets if bucket.is_closed(at=at))
    if refusing:
        return Reservation(is_allowed=False, at=at, buckets=refusing)
    taken = tuple(
        replace(
            bucket,
            failures=(*bucket.failures, failures[bucket.key])[-bucket.rule.kept :],
            refused=0,
            second_step_failures=bucket.second_step_failures + is_second_step,
        )
        for bucket in buckets
    )
    return Reservation(is_allowed=True, at=at, buckets=taken)


def settled(bucket: Bucket, *, slot: str, was_second_step: bool, is_cleared: bool) -> Bucket:
    """Return ``bucket`` without the attempt of ``slot``, or empty where a completed login clears it.

    Once only: a slot given back before takes nothing more out.
    """
    if is_cleared:
        return replace(bucket, failures=(), refused=0, second_step_failures=0)
    others = tuple(failure for failure in bucket.failures if failure.slot != slot)
    is_undone = was_second_step and len(others) < len(bucket.failures)
    return replace(bucket, failures=others, second_step_failures=max(bucket.second_step_failures - is_undone, 0))
