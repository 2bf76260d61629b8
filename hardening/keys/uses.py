"""Who can say what stands under a key: domains above register how they count, since this one cannot see them."""

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from django.db import OperationalError

from hardening.errors import KeyUnavailableError


class Count(Protocol):
    """How one domain counts what stands under the keys of a keyset."""

    def __call__(self, *, lock: bool) -> Mapping[int, int] | None:
        """Return values by key id, counted now; None if there are some and none tells its key.

        With ``lock`` the answer waits for everybody who is writing, and holds until the transaction ends.
        """


_counts: dict[str, dict[str, Count]] = {}


def register(keyset: str, *, name: str, count: Count) -> None:
    """Let ``count`` be asked before a key of ``keyset`` is retired or destroyed; a second one of a name replaces."""
    _counts.setdefault(keyset, {})[name] = count


def values_by_key(keyset: str, *, lock: bool = False) -> Mapping[int, int] | None:
    """Return how many values stand under each key of the keyset, counted now.

    None means that nobody can tell: no domain counts this keyset, or one holds values that do not name their key.
    What cannot be shown to be unused is taken as used (fail closed).

    Raise KeyUnavailableError if with ``lock`` somebody goes on writing for too long.
    """
    found: Counter[int] = Counter()
    counts = _counts.get(keyset, {})
    for count in counts.values():
        try:
            counted = count(lock=lock)
        except OperationalError as error:
            if not lock:
                raise
            raise KeyUnavailableError("somebody is writing; try again when no import or rotation runs") from error
        if counted is None:
            return None
        found.update(counted)
    return found if counts else None
