"""Windows that forget late: a bucket counts until its last moment has left, so no trailing window is exceeded.

All times are whole microseconds since 1970 and all amounts whole tenths of a person.
"""

from dataclasses import dataclass

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NOW = 0
"""Until when a window with room refuses. Scopes may disagree on the time by a step of the clock, never on this."""

NEVER = 2**63 - 1
"""Later than any moment: what does not fit even into an empty window."""


@dataclass(frozen=True)
class Window:
    """A ring of ``size`` buckets of ``width``: the running one and enough whole ones to span the window.

    A counter that starts anew on the hour lets 2.00 times its limit through around the turn (R17). Here the
    oldest bucket leaves only when its youngest charge is out of the window, so the sum never says too little;
    it says too much by one bucket at most.
    """

    width: int
    size: int

    def empty(self) -> tuple[int, ...]:
        """Return the counts of a window nobody has used."""
        return (0,) * self.size

    def advanced(self, counts: tuple[int, ...], *, since: int, to: int) -> tuple[int, ...]:
        """Return the counts at ``to``, last touched at ``since`` (at or before ``to``)."""
        passed = min(to // self.width - since // self.width, self.size)
        stale = {(to // self.width - back) % self.size for back in range(passed)}
        return tuple(0 if place in stale else count for place, count in enumerate(counts))

    def added(self, counts: tuple[int, ...], amount: int, *, at: int) -> tuple[int, ...]:
        """Return the counts with ``amount`` in the bucket of ``at``."""
        place = at // self.width % self.size
        return (*counts[:place], counts[place] + amount, *counts[place + 1 :])

    def taken_back(self, counts: tuple[int, ...], amount: int, *, charged_at: int, latest: int) -> tuple[int, ...]:
        """Return the counts without ``amount``, charged at ``charged_at``, if that bucket is still in the window."""
        if latest // self.width - charged_at // self.width >= self.size:
            return counts
        return self.added(counts, -amount, at=charged_at)

    def room_at(self, counts: tuple[int, ...], amount: int, *, limit: int | None, at: int) -> int:
        """Return the earliest moment, ``at`` or later, when ``amount`` fits below or on ``limit``."""
        if limit is None:
            return at
        total, room = sum(counts), at
        oldest = at // self.width - self.size + 1
        for bucket in range(oldest, oldest + self.size):
            if total + amount <= limit:
                return room
            total -= counts[bucket % self.size]
            room = (bucket + self.size) * self.width
        return room if amount <= limit else NEVER

    def relief_at(self, counts: tuple[int, ...], *, at: int) -> int | None:
        """Return when the oldest charge leaves, or None for a window nobody has used."""
        oldest = at // self.width - self.size + 1
        used = (bucket for bucket in range(oldest, oldest + self.size) if counts[bucket % self.size])
        return next(((bucket + self.size) * self.width for bucket in used), None)


HOURLY = Window(width=5 * MINUTE, size=12 + 1)
DAILY = Window(width=HOUR, size=24 + 1)
