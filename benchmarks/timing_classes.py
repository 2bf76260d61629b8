"""Whether the time of an answer tells what was wrong: how far the times of two refusals overlap (P28)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.progress import track

from benchmarks.contender import Contender
from benchmarks.rows import Row

WRONG, UNKNOWN, DISABLED = "failed_login", "unknown_login", "disabled_login"
LOCKED, LOCKED_UNKNOWN = "blocked_login", "blocked_unknown_login"
AGAIN = "failed_login again"
"""Wrong passwords a second time: what the overlap of one and the same refusal is with this many samples."""

PAIRS = {
    "wrong password and wrong password": (WRONG, AGAIN),
    "wrong password and unknown name": (WRONG, UNKNOWN),
    "wrong password and closed account": (WRONG, DISABLED),
    "locked account and locked unknown name": (LOCKED, LOCKED_UNKNOWN),
    "wrong password and locked account": (WRONG, LOCKED),
}

Times = dict[str, list[float]]


def timing_rows(contenders: Sequence[Contender], *, rounds: int, ours: str) -> Iterable[Row]:
    """Measure the refusals of each contender, all in turn in every round so that a drift of the machine hits each.

    Yield one row for each pair of refusals: 100 means that no time tells them apart, 0 that every time does.
    """
    times: dict[str, Times] = {contender.name: defaultdict(list) for contender in contenders}
    for number in track(range(rounds + 1), description="refusals"):
        for contender in contenders:
            for step in (WRONG, UNKNOWN, DISABLED, LOCKED, LOCKED_UNKNOWN, AGAIN):
                sample = contender.run(step.split()[0])
                if number:
                    times[contender.name][step].append(sample.milliseconds)
    for name, (one, other) in PAIRS.items():
        found = {who: round(100 * overlap(taken[one], taken[other]), 1) for who, taken in times.items()}
        yield Row(
            name=f"times of {name}: overlap",
            value=found.pop(ours),
            unit="%",
            better="higher",
            samples=rounds,
            peers=found,
        )


def overlap(some: Sequence[float], others: Sequence[float]) -> float:
    """Return how much of two distributions is common: 1 less the greatest distance between their steps.

    That distance (of Kolmogorov and Smirnov) is the best that a single threshold of time can do beyond a coin.
    Raise ValueError where one of them has no sample.
    """
    if not some or not others:
        raise ValueError("there is no distribution of nothing")
    return 1 - max(abs(_below(some, at) - _below(others, at)) for at in {*some, *others})


def _below(times: Sequence[float], at: float) -> float:
    return sum(time <= at for time in times) / len(times)
