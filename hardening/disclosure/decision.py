"""Whether one more person may be looked up, decided over all scopes and windows at once.

Pure and in integers: this is the oracle that every store answers like.
"""

from dataclasses import dataclass, replace

from hardening.disclosure.answers import Answer
from hardening.disclosure.books import Books
from hardening.disclosure.limits import Limits
from hardening.disclosure.prices import MISS, PERSON, miss_price
from hardening.disclosure.windows import DAILY, NEVER, NOW


@dataclass(frozen=True)
class Hold:
    """What a reservation holds: its price in the buckets of these moments, one place in both exact sets."""

    number: int
    price: int
    practitioner_at: int
    establishment_at: int
    portal_at: int
    is_settled: bool = False


@dataclass(frozen=True)
class Decision:
    """The books after the question; ``hold`` is None where it was refused."""

    books: Books
    answer: Answer
    hold: Hold | None = None


def decide(books: Books, *, limits: Limits, at: int) -> Decision:
    """Return the decision on one look-up of a person not yet named.

    It holds the price of a miss, and one place among the people and the newcomers, in every window of every
    scope or in none. A refusal moves the denial counter and nothing else (R16): a burst that was refused must
    not eat the day. The establishment alone never refuses here, for nobody knows yet whether the person is a
    repeat; its answer says so instead.
    """
    now = books.advanced(to=at, limits=limits)
    price = miss_price(misses=sum(now.practitioner.misses), cheap=limits.cheap_misses)
    until, reason = now.refused_until(price, limits=limits)
    if until > NOW:
        return Decision(_denied(books), _refusal(now, limits=limits, price=price, until=until, reason=reason))
    charged = Books(
        replace(now.practitioner.charged(price, ceilings=limits.practitioner), numbered=now.practitioner.numbered + 1),
        now.establishment.charged(price, ceilings=limits.establishment),
        now.portal.charged(price, ceilings=limits.portal),
        (*now.people, now.practitioner.latest),
        (*now.newcomers, now.practitioner.latest),
    )
    until, reason = now.shut_until(price, limits=limits)
    is_shut = until > NOW
    answer = Answer(
        is_allowed=True,
        reason=reason if is_shut else "",
        retry_at=_or_never(until) if is_shut else None,
        remaining=charged.remaining(limits=limits),
        charged=price,
        is_for_repeats=is_shut,
    )
    number = charged.practitioner.numbered
    hold = Hold(number, price, now.practitioner.latest, now.establishment.latest, now.portal.latest)
    return Decision(charged, answer, hold)


def _refusal(now: Books, *, limits: Limits, price: int, until: int, reason: str) -> Answer:
    if price == MISS:
        # Misses leave the day too, and then the next is cheap again: perhaps before there is room for a dear one.
        cheap_at = DAILY.room_at(now.practitioner.misses, 1, limit=limits.cheap_misses, at=now.practitioner.latest)
        until = min(until, max(cheap_at, now.refused_until(PERSON, limits=limits)[0]))
    return Answer(is_allowed=False, reason=reason, retry_at=_or_never(until), remaining=now.remaining(limits=limits))


def _denied(books: Books) -> Books:
    return replace(books, practitioner=replace(books.practitioner, denials=books.practitioner.denials + 1))


def _or_never(moment: int) -> int | None:
    return None if moment == NEVER else moment
