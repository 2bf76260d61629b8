"""Who writes: one writer per process, numbering its entries one by one, so that a missing one shows."""

import os
from threading import Lock
from uuid import UUID, uuid4


class Writer:
    """A process's own line of entries. Its numbers start at 1 and never repeat or skip here.

    A number whose transaction was rolled back leaves a gap in the table.
    """

    def __init__(self) -> None:
        self.id: UUID = uuid4()
        self._last = 0
        # In the process, not in the database: a lock there would make all of them wait for one (A5).
        self._mutex = Lock()

    def next_number(self) -> int:
        """Return the next number of this writer."""
        with self._mutex:
            self._last += 1
            return self._last


_current = Writer()


def current() -> Writer:
    """Return this process's writer."""
    return _current


def _renew() -> None:
    global _current  # noqa: PLW0603 - a fork copies the module; the child must not go on in its parent's name
    _current = Writer()


# A preloaded server forks after import: without this its workers would share one line and one lock (A8).
os.register_at_fork(after_in_child=_renew)
