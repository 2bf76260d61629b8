"""Which index keys are in force while one takes over from another: what is written, looked up and compared.

A blind index is compared, not opened, so that a new key alone would find nobody. The successor comes in steps, and
every process may lag one step behind the others without one wrong answer (ADR 0033):

``active``      nothing is made with it.
``successor``   every write carries the indexes of the primary key, then its own; both are looked up.
``covering``    every stored value carries its own too; columns are compared by them.
``primary``     writes carry its own alone; the former primary key is ``predecessor``, and is still looked up.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from hardening.keys.key_file import KeyState

BETWEEN = (KeyState.SUCCESSOR, KeyState.COVERING, KeyState.PREDECESSOR)
"""States of the one key, besides the primary, that is in force during a rotation."""


class Succession(NamedTuple):
    """Ids of index keys; one key in force is the usual case."""

    writing: tuple[int, ...]
    """Whose indexes a new value carries, in this order."""
    looking: tuple[int, ...]
    """Whose indexes are looked for: the primary key's first, then that of the other one."""
    is_last_compared: bool
    """Whether the last index of every value, and not the first, is the one that all have in common."""


def succession(keys: Iterable["Stateful"]) -> Succession:
    """Return what the states of these keys ask for.

    Raise ValueError without a primary index key.
    """
    of_index = {key.state: key.id for key in keys if key.keyset == "index"}
    try:
        primary = of_index[KeyState.PRIMARY]
    except KeyError:
        raise ValueError("there is no primary index key") from None
    other = tuple(of_index[state] for state in BETWEEN if state in of_index)
    return Succession(
        writing=(primary,) if KeyState.PREDECESSOR in of_index else (primary, *other),
        looking=(primary, *other),
        is_last_compared=not of_index.keys().isdisjoint({KeyState.COVERING, KeyState.PREDECESSOR}),
    )


class Stateful(Protocol):
    """A key, or its row."""

    @property
    def id(self) -> int:
        """Return its number."""

    @property
    def keyset(self) -> str:
        """Return what it serves."""

    @property
    def state(self) -> str:
        """Return where it is in its life."""


def in_force(keys: Iterable[Stateful]) -> tuple[int, ...]:
    """Return the ids of the index keys that a stored value may have an index of."""
    return tuple(key.id for key in keys if key.keyset == "index" and key.state in {KeyState.PRIMARY, *BETWEEN})


def is_told_apart(one: int, other: int) -> bool:
    """Tell whether a blob can say which of the two keys its first indexes are made with: it keeps one bit of the id."""
    return (one ^ other) & 1 == 1
