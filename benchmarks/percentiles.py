"""Percentiles of measured times, by nearest rank: every figure reported was really measured."""

from collections.abc import Sequence
from math import ceil

_WHOLE = 100


def percentile(samples: Sequence[float], *, percent: float) -> float:
    """Return the smallest sample that at least ``percent`` of all samples do not exceed.

    Nothing is interpolated: with few samples a high percentile is the slowest one seen, which overstates and
    never flatters.

    Raise ValueError without samples, or for a percentage outside ]0, 100].
    """
    if not samples:
        raise ValueError("there is no percentile of nothing")
    if not 0 < percent <= _WHOLE:
        raise ValueError("a percentage is above 0 and at most 100")
    return sorted(samples)[ceil(len(samples) * percent / _WHOLE) - 1]
