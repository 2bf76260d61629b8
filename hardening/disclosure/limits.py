"""How many people may be shown: limits are worked out for each question and are never part of a count (R15)."""

from collections.abc import Iterable
from dataclasses import dataclass

from hardening.disclosure.prices import CHEAP_MISSES, PERSON
from hardening.disclosure.windows import DAY

LEAST = 20
"""People a day that everybody may see, however little he usually does."""

SEASONED = 28 * DAY
"""How long an account must have been known before it adds to its establishment's budget (D38)."""

LEAST_AN_HOUR = 10
LEAST_AT_ONCE = 6
"""A counter is not paced below this: with a queue waiting, six people in five minutes are two misses wide."""


@dataclass(frozen=True)
class Ceilings:
    """The most of each window of one scope, in tenths of a person; None counts and never refuses."""

    burst: int | None = None
    hour: int | None = None
    day: int | None = None


UNLIMITED = Ceilings()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """All that one question is measured against.

    ``people`` and ``newcomers`` bound the exact sets of the trailing 24 hours: people shown to this
    practitioner, and those among them whom his establishment had not seen in 13 months. ``passes_establishment``
    says that a fresh passkey stands behind the request.
    """

    practitioner: Ceilings
    people: int
    newcomers: int
    establishment: Ceilings = UNLIMITED
    portal: Ceilings = UNLIMITED
    cheap_misses: int = CHEAP_MISSES
    passes_establishment: bool = False


@dataclass(frozen=True)
class Baseline:
    """The usual day of an account: its own 95th percentiles over 28 days, once it has them."""

    people: int
    misses: int = 0


@dataclass(frozen=True)
class Member:
    """A practitioner of an establishment: his own people a day, and when his account was first seen."""

    people: int
    since: int


def people_a_day(baseline: Baseline | None, *, cap: int, start: int) -> int:
    """Return how many people an account may see in a day: three usual days, at least 20, at most ``cap``.

    Without a baseline it is ``start``. The cap wins over the least: a profession capped at 10 sees 10.
    """
    return min(cap, max(LEAST, 3 * baseline.people) if baseline else start)


def cheap_misses(baseline: Baseline | None) -> int:
    """Return how many misses of a day cost no more than a person."""
    return max(CHEAP_MISSES, baseline.misses) if baseline else CHEAP_MISSES


def newcomers_a_day(people: int, *, percent: int) -> int:
    """Return how many of ``people`` may be new to the establishment; at least one, or nobody could begin."""
    return max(min(people, 1), people * percent // 100)


def ceilings_of(people: int | None) -> Ceilings:
    """Return the ceilings of a day of ``people``: half of them in one hour, a fifth of that in five minutes.

    The least ones keep a small budget usable at a counter; they never rise above the day's own.
    """
    if people is None:
        return UNLIMITED
    hour = min(people, max(LEAST_AN_HOUR, (people + 1) // 2))
    burst = min(people, max(LEAST_AT_ONCE, hour // 5))
    return Ceilings(burst=burst * PERSON, hour=hour * PERSON, day=people * PERSON)


def establishment_people(members: Iterable[Member], *, at: int) -> int | None:
    """Return the people a day of an establishment, or None where one practitioner is all of it.

    It is the largest member's own or 0.7 of the sum, whichever is more. A member known for less than 28 days
    adds nothing to the sum: a thief who opens accounts must not widen the budget that holds them together.
    """
    known = list(members)
    if len(known) <= 1:
        return None
    seasoned = sum(member.people for member in known if at - member.since >= SEASONED)
    return max(*(member.people for member in known), seasoned * 7 // 10)
