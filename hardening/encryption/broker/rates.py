"""How often the broker does what opens nothing: sealing and digests are not counted in people, only slowed."""

from datetime import datetime, timedelta

from hardening.encryption.broker.budgets import Spent

_MINUTE = timedelta(minutes=1)


class Rate:
    """A bucket of one minute's calls that fills steadily. Whoever holds it lets one thread in at a time."""

    def __init__(self, per_minute: int) -> None:
        self._step = _MINUTE / per_minute
        self._free_at: datetime | None = None

    def take(self, at: datetime) -> None:
        """Use up one call.

        Raise Spent, with the moment at which the next one is allowed, once a minute's calls were made within it.
        """
        free_at = at if self._free_at is None else max(self._free_at, at)
        if free_at - at > _MINUTE - self._step:
            # Not later than a minute away, also after the clock was set back.
            raise Spent(min(free_at - _MINUTE + self._step, at + _MINUTE))
        self._free_at = free_at + self._step
