"""How often the broker does what opens nothing: sealing and digests are not counted in people, only slowed."""

from datetime import datetime, timedelta

from hardening.encryption.broker.budgets import Spent

_MINUTE = 60 * 10**9


class Rate:
    """A bucket of one minute's calls that fills steadily. Whoever holds it lets one thread in at a time."""

    def __init__(self, per_minute: int) -> None:
        self._step = _MINUTE // per_minute
        self._free_at: int | None = None

    def take(self, at: datetime, *, tick: int) -> None:
        """Use up one call.

        ``tick`` is a monotonic clock, in nanoseconds: by the clock of the wall, one that is set back would refuse
        every call until it had caught up, and one that is set forward would give a minute's calls back. ``at`` only
        dates the refusal.

        Raise Spent, with the moment at which the next one is allowed, once a minute's calls were made within it.
        """
        free_at = tick if self._free_at is None else max(self._free_at, tick)
        too_early = free_at - tick - (_MINUTE - self._step)
        if too_early > 0:
            raise Spent(at + timedelta(microseconds=-(-too_early // 1000)))
        self._free_at = free_at + self._step
