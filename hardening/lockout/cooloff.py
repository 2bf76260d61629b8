"""How long a bucket rests after failures: a function of when they happened, and of nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The limits of one kind of bucket. They are arguments, never part of a key: a change frees nobody (R15)."""

    limit: int
    """Failures within ``window`` after which the bucket rests."""
    window: timedelta
    first: timedelta
    """The rest after failure number ``limit``; each further one doubles it."""
    longest: timedelta
    review_at: int = 0
    """Failures within ``window`` at which a person should look; 0 for never. It blocks nothing."""
    second_steps: int = 0
    """Failures in a row after right passwords from which on codes are refused, whatever the time; 0 for never."""

    @property
    def kept(self) -> int:
        """Return how many failures a bucket remembers, so that a row never grows (R9).

        One more than the longest rest and the review need: a reservation that pushes the oldest out and is then
        given back must not shorten a rest (P12).
        """
        doublings = 0
        while self.first * (1 << doublings) < self.longest:
            doublings += 1
        return max(self.limit + doublings, self.review_at) + 1


def counted(failures: Sequence[datetime], *, rule: Rule) -> int:
    """Return how many of ``failures`` (oldest first, as recorded) stand in the window that the newest closes.

    A failure exactly ``window`` before the newest no longer counts.
    """
    if not failures:
        return 0
    opened_at = failures[-1] - rule.window
    return sum(failed_at > opened_at for failed_at in failures)


def rest_after(failures: int, *, rule: Rule) -> timedelta:
    """Return the cool-off that failure number ``failures`` starts: 1, 2, 4 … at most ``longest``."""
    if failures < rule.limit:
        return timedelta(0)
    doublings = min(failures - rule.limit, rule.kept)
    return min(rule.first * (1 << doublings), rule.longest)


def locked_until(failures: Sequence[datetime], *, rule: Rule, at: datetime) -> datetime | None:
    """Return when the next attempt is accepted, or None when it is accepted at ``at``.

    The end is fixed by the last *evaluated* failure: what is refused meanwhile moves nothing, so nobody can
    keep a bucket closed by knocking (P9, R7). At the end itself the next attempt is accepted.

    An end further away than ``longest`` means that the clock was set back: the bucket opens for one attempt,
    which closes it again on the new time, rather than staying closed for hours (R18).
    """
    rest = rest_after(counted(failures, rule=rule), rule=rule)
    if not rest:
        return None
    until = failures[-1] + rest
    return until if at < until <= at + rule.longest else None


def is_flagged(failures: Sequence[datetime], *, rule: Rule) -> bool:
    """Tell whether a person should look at this bucket."""
    return 0 < rule.review_at <= counted(failures, rule=rule)
