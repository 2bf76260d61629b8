"""Locks asked for briefly and again: whoever waits for a table makes everybody behind wait too."""

from collections.abc import Callable
from dataclasses import dataclass
from time import sleep
from typing import TypeVar

from hardening.encryption.shadow.place import LockNotObtainedError, Session

Result = TypeVar("Result")


@dataclass(frozen=True)
class Patience:
    """How long a lock is waited for at a time, how often, and how long the portal goes on in between."""

    seconds: float = 1.0
    tries: int = 30
    pause: float = 2.0

    def bound(self, at: Session) -> None:
        """Limit the waiting of the current block."""
        at.run(f"SET LOCAL lock_timeout = {max(1, round(self.seconds * 1000))}")

    def exercised(self, attempt: Callable[[], Result], *, table: str) -> Result:
        """Return what ``attempt`` returns once it gets its locks.

        Raise LockNotObtainedError after the last try.
        """
        for number in range(self.tries):
            if number:
                sleep(self.pause)
            try:
                return attempt()
            except LockNotObtainedError:
                continue
        raise LockNotObtainedError(
            f"{table} was held by others in each of {self.tries} tries of {self.seconds:g} seconds: it is what it was"
        )
