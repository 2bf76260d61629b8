"""The pace of a moment: the generic cell rate algorithm (ITU-T I.371), in its form as a leaking level.

The usual form stores a due time, which has the limit folded into it: lowering the limit then frees what was
already used (R15). A level in tenths of a person times microseconds has no limit in it and stays an integer.
"""

from hardening.disclosure.windows import MINUTE, NEVER

PERIOD = 5 * MINUTE
"""A full level leaks away in this time, whatever its capacity."""


def drained(level: int, *, elapsed: int, capacity: int | None) -> int:
    """Return the level after ``elapsed``; without a capacity nothing is held back, so nothing is kept."""
    return 0 if capacity is None else max(0, level - capacity * elapsed)


def filled(level: int, amount: int, *, capacity: int | None) -> int:
    """Return the level with ``amount`` poured in."""
    return 0 if capacity is None else level + amount * PERIOD


def taken_back(level: int, amount: int, *, elapsed: int, capacity: int | None) -> int:
    """Return the level after a refund of ``amount``, poured in ``elapsed`` ago.

    What may have leaked since is not refunded: without the amount the level might have stood at zero meanwhile
    and leaked nothing, and giving all back would then let through more than was ever allowed.
    """
    return 0 if capacity is None else max(0, level - max(0, amount * PERIOD - capacity * elapsed))


def room_at(level: int, amount: int, *, capacity: int | None, at: int) -> int:
    """Return the earliest moment, ``at`` or later, when ``amount`` fits below or on ``capacity``."""
    if capacity is None:
        return at
    excess = level + (amount - capacity) * PERIOD
    if excess <= 0:
        return at
    return at - (-excess // capacity) if amount <= capacity else NEVER
