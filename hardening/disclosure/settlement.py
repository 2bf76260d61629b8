"""What a reserved look-up costs in the end: only ever less than it held, only once, and only soon."""

from dataclasses import dataclass, replace

from hardening.disclosure.answers import Outcome
from hardening.disclosure.books import Books
from hardening.disclosure.decision import Hold
from hardening.disclosure.limits import Limits
from hardening.disclosure.prices import PERSON, REPEAT
from hardening.disclosure.windows import DAY, MINUTE

SETTLED_WITHIN = MINUTE
"""A reservation settled later than this keeps its whole charge (R21)."""

KNOWN_FOR = 396 * DAY
"""Thirteen months: how long a person shown by an establishment is no newcomer to it."""


@dataclass(frozen=True)
class Result:
    """What a look-up came to. ``is_repeat``: the person was among the practitioner's people of the trailing day."""

    outcome: Outcome
    is_repeat: bool = False

    def cost(self, *, reserved: int) -> int:
        """Return the price of this result, never above what was reserved."""
        prices = {Outcome.SHOWN: REPEAT if self.is_repeat else PERSON, Outcome.MISSED: reserved, Outcome.FAILED: 0}
        return min(prices[self.outcome], reserved)


@dataclass(frozen=True)
class Settlement:
    """The books after a settlement, what it cost in the end, and whether the held places are given back."""

    books: Books
    charged: int
    frees_places: bool


def settle(books: Books, hold: Hold, result: Result, *, limits: Limits, at: int) -> Settlement:
    """Return the settlement of ``hold``: the charge goes down to what the result costs.

    More than a minute after the reservation nothing goes back, places included: a paused worker, or a client
    that waits, must not choose when its charge disappears (R21).
    """
    now = books.advanced(to=at, limits=limits)
    if now.practitioner.latest - hold.practitioner_at > SETTLED_WITHIN:
        return Settlement(now, hold.price, frees_places=False)
    cost, is_miss = result.cost(reserved=hold.price), result.outcome is Outcome.MISSED
    refund = hold.price - cost
    settled = replace(
        now,
        practitioner=now.practitioner.refunded(
            refund, is_miss=is_miss, charged_at=hold.practitioner_at, ceilings=limits.practitioner
        ),
        establishment=now.establishment.refunded(
            refund, is_miss=is_miss, charged_at=hold.establishment_at, ceilings=limits.establishment
        ),
        portal=now.portal.refunded(refund, is_miss=is_miss, charged_at=hold.portal_at, ceilings=limits.portal),
    )
    return Settlement(settled, cost, frees_places=True)
