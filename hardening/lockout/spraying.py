"""One password tried on many names: counted in memory, in a fixed size, and forgotten every day."""

import secrets
from array import array
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import Lock

from hardening.lockout.cooloff import Rule, rest_after

_BITS = 20
"""A million places: two of a day's failed passwords seldom meet, and whoever reads this memory, key and all, still has
one password in a million left to try."""
_KEY_LIFE = timedelta(days=1)
_MOST = 255
_BEGINNING = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


class SprayCounter:
    """How many different names have lately failed with the same password, in this process.

    Only failed passwords are ever recorded, and only as a place: 7 MB for ever, whatever is sent (R9, R19).
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._made_at: datetime | None = None

    def rests_until(self, password: str, *, rule: Rule, at: datetime) -> datetime | None:
        """Return when ``password`` may be tried again, or None when it may at ``at``."""
        with self._lock:
            place = self._place(password, at=at)
            rest = rest_after(self._names[place], rule=rule)
            until = _BEGINNING + timedelta(seconds=self._seconds[place]) + rest
            return until if rest and at < until <= at + rule.longest else None

    def record(self, password: str, *, name: str, rule: Rule, at: datetime) -> int:
        """Note that ``password`` failed on ``name``; return on how many names it has, within the rule's window.

        The same name again is somebody who mistypes, and counts once.
        """
        with self._lock:
            place = self._place(password, at=at)
            seconds = int((at - _BEGINNING).total_seconds())
            if seconds - self._seconds[place] >= rule.window.total_seconds():
                self._names[place] = 0
            latest = int.from_bytes(self._digest(name)[:2], "big")
            if not self._names[place] or self._latest[place] != latest:
                self._names[place] = min(self._names[place] + 1, _MOST)
            self._latest[place], self._seconds[place] = latest, seconds
            return self._names[place]

    def forget(self) -> None:
        """Forget everything, as every day."""
        with self._lock:
            self._made_at = None

    def _place(self, password: str, *, at: datetime) -> int:
        if self._made_at is None or not timedelta(0) <= at - self._made_at < _KEY_LIFE:
            self._made_at = at
            self._key = secrets.token_bytes(32)
            self._names = array("B", bytes(1 << _BITS))
            self._latest = array("H", bytes(2 << _BITS))
            self._seconds = array("I", bytes(4 << _BITS))
        return int.from_bytes(self._digest(password)[:3], "big") >> (24 - _BITS)

    def _digest(self, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=8).digest()
