"""The counts of one scope: a practitioner, an establishment or the portal. No limit is ever part of them."""

from dataclasses import dataclass, replace

from hardening.disclosure import burst
from hardening.disclosure.limits import Ceilings
from hardening.disclosure.windows import DAILY, HOURLY, NOW


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What one scope was charged, as of ``latest``.

    ``misses`` counts look-ups, the rest tenths of a person. ``latest`` never goes back: when the server's clock
    does, charges fall into the bucket they would have been in, and live longer rather than shorter (R18).
    """

    latest: int = 0
    burst: int = 0
    hour: tuple[int, ...] = HOURLY.empty()
    day: tuple[int, ...] = DAILY.empty()
    misses: tuple[int, ...] = DAILY.empty()
    denials: int = 0
    numbered: int = 0
    """The number of the last charge."""

    def advanced(self, *, to: int, ceilings: Ceilings) -> "Tally":
        """Return the tally at ``to``, or at its own ``latest`` where that is later."""
        moment = max(to, self.latest)
        return replace(
            self,
            latest=moment,
            burst=burst.drained(self.burst, elapsed=moment - self.latest, capacity=ceilings.burst),
            hour=HOURLY.advanced(self.hour, since=self.latest, to=moment),
            day=DAILY.advanced(self.day, since=self.latest, to=moment),
            misses=DAILY.advanced(self.misses, since=self.latest, to=moment),
        )

    def charged(self, amount: int, *, ceilings: Ceilings) -> "Tally":
        """Return the tally with ``amount`` and one possible miss charged now."""
        return replace(
            self,
            burst=burst.filled(self.burst, amount, capacity=ceilings.burst),
            hour=HOURLY.added(self.hour, amount, at=self.latest),
            day=DAILY.added(self.day, amount, at=self.latest),
            misses=DAILY.added(self.misses, 1, at=self.latest),
        )

    def refunded(self, amount: int, *, is_miss: bool, charged_at: int, ceilings: Ceilings) -> "Tally":
        """Return the tally without ``amount`` of a charge of ``charged_at``, and without the miss it was not."""
        windows = {"charged_at": charged_at, "latest": self.latest}
        return replace(
            self,
            burst=burst.taken_back(self.burst, amount, elapsed=self.latest - charged_at, capacity=ceilings.burst),
            hour=HOURLY.taken_back(self.hour, amount, **windows),
            day=DAILY.taken_back(self.day, amount, **windows),
            misses=DAILY.taken_back(self.misses, 0 if is_miss else 1, **windows),
        )

    def rooms(self, amount: int, *, scope: str, ceilings: Ceilings) -> list[tuple[int, str]]:
        """Return for each window until when it has no room for ``amount``, 0 where it has, and its stable word."""
        at = self.latest
        rooms = (
            (burst.room_at(self.burst, amount, capacity=ceilings.burst, at=at), f"{scope}_burst"),
            (HOURLY.room_at(self.hour, amount, limit=ceilings.hour, at=at), f"{scope}_hour"),
            (DAILY.room_at(self.day, amount, limit=ceilings.day, at=at), f"{scope}_day"),
        )
        return [(room if room > at else NOW, word) for room, word in rooms]
