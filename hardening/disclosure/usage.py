"""The meter: how many people a practitioner may still look up today."""

from dataclasses import dataclass
from datetime import datetime

from hardening import clock
from hardening.disclosure.actor import Actor
from hardening.disclosure.books import people_left
from hardening.disclosure.budgets import limits_for, people_of
from hardening.disclosure.conf import DisclosureSettings
from hardening.disclosure.moments import from_micros
from hardening.disclosure.stores.choosing import budget_store


@dataclass(frozen=True)
class Usage:
    """A day of people. ``resets_at`` is when the oldest of them leave it, None for a day nobody has begun.

    ``used`` counts repeats and misses at their price, rounded up to whole people, so that used and remaining
    make up the limit.
    """

    limit: int
    used: int
    remaining: int
    resets_at: datetime | None


def usage_of(actor: Actor) -> Usage:
    """Return the usage of the practitioner behind ``actor``, in one statement and without charging.

    Raise StoreUnavailableError when the store does not answer.
    """
    settings = DisclosureSettings.load()
    limit = people_of(actor, settings=settings)
    use = budget_store().use_of(practitioner=actor.practitioner)
    limits = limits_for(actor, settings=settings, at=clock.now())
    remaining = people_left(tenths=use.tenths, people=use.people, limits=limits)
    return Usage(limit, limit - remaining, remaining, from_micros(use.relief_at) if use.relief_at else None)
