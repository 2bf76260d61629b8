"""The side column: how many people are left today, and whose desk this is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from hardening import StoreUnavailableError, usage_of
from portal.directory.actors import actor
from portal.directory.desks import desk_of

WARNED_FROM_PERCENT = 80


@dataclass(frozen=True)
class Budget:
    """A day of people, for the meter. ``high`` is where its colour and the banner change."""

    limit: int
    used: int
    remaining: int
    resets_at: datetime | None

    @property
    def high(self) -> str:
        """Return the count above which the meter changes its colour: a hair below the banner's, for above is meant."""
        return f"{self.limit * WARNED_FROM_PERCENT / 100 - 0.01:.2f}"

    @property
    def is_nearly_spent(self) -> bool:
        """Tell whether the banner is due: one that is always there is no longer read."""
        return self.used * 100 >= self.limit * WARNED_FROM_PERCENT


def side(request: HttpRequest) -> dict[str, Any]:
    """Return what every page beside a look-up shows in its side column."""
    return {"desk": desk_of(request), "budget": _budget(request)}


def _budget(request: HttpRequest) -> Budget | None:
    found = actor(request)
    # On probation other numbers bind, and telling them helps nobody but a thief (R26).
    if found is None or request.assurance.is_on_probation:  # type: ignore[attr-defined]  # the middleware's
        return None
    try:
        usage = usage_of(found)
    except StoreUnavailableError:
        return None  # the page may be read without it; a look-up will say by itself that it is closed
    return Budget(usage.limit, usage.used, usage.remaining, usage.resets_at)
