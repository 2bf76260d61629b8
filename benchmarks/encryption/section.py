"""The rows of the section ``encryption``: figures of a sealed column, and their ratios to a clear one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

from benchmarks.encryption.contestants import FLOOR, OPENED, PEERS, PLAIN, SEALED, Sample
from benchmarks.encryption.measuring import Results, measure
from benchmarks.percentiles import percentile
from benchmarks.rows import Row

SEAL_GOAL, OPEN_GOAL = 3.0, 2.0
"""Microseconds of CPU through the field."""
BULK_CREATE_GOAL, SCAN_GOAL, LOOK_UP_GOAL, BYTES_GOAL = 2.2, 2.0, 1.1, 1.55
"""Ratios to the clear column. Goals of the specification."""

_NAMES = {
    PLAIN: "CharField",
    OPENED: "EncryptedTextField",
    FLOOR: "AES-GCM and HMAC alone",
    **PEERS,
}


def encryption_rows(*, rounds: int, rows: int) -> list[Row]:
    """Measure all contestants and return the rows, ours as the value and everybody else beside it."""
    results = measure(rounds=rounds, rows=rows)
    at = f"{rows:,} rows"
    return [
        *_per_value("seal, CPU through the field", results, step="seal", goal=SEAL_GOAL),
        *_per_value("open, CPU through the field", results, step="open", goal=OPEN_GOAL),
        *_per_value(f"bulk_create ({at}), CPU", results, step="bulk_create", ratio_goal=BULK_CREATE_GOAL),
        *_per_value(f"full scan to Sealed ({at}), CPU", results, step="scan", ratio_goal=SCAN_GOAL),
        *_per_value(f"full scan to values ({at}), CPU", results, step="scan_to_values"),
        *_look_ups(results, at=at),
        *_per_value(f"__in of 100 ({at}), CPU for a row found", results, step="in_100"),
        *_weights(results, at=at),
    ]


def beside(name: str, figures: Mapping[str, float], *, unit: str, absent: Mapping[str, str], **row: object) -> Row:
    """Return the row of our sealed field with all others as peers, rounded to what the measure carries."""
    rounded = {who: round(figure, 3) for who, figure in figures.items()}
    peers = {_NAMES.get(who, who): figure for who, figure in rounded.items() if who != SEALED}
    return Row(name=name, value=rounded[SEALED], unit=unit, peers=peers, absent=absent, **row)  # type: ignore[arg-type]


def ratios(figures: Mapping[str, float]) -> dict[str, float]:
    """Return every figure over the clear column's; that of the clear column itself is left out."""
    return {who: figure / figures[PLAIN] for who, figure in figures.items() if who != PLAIN}


def _per_value(
    name: str, results: Results, *, step: str, goal: float | None = None, ratio_goal: float | None = None
) -> Iterable[Row]:
    figures = _medians(results.of(step), lambda sample: sample.microseconds)
    absent, samples = results.absent_from(step), len(results.of(step)[SEALED])
    yield beside(name, figures, unit="µs", absent=absent, goal=goal, samples=samples)
    if goal is None:
        yield beside(f"{name}, to plain", ratios(figures), unit="×", absent=absent, goal=ratio_goal, samples=samples)


def _look_ups(results: Results, *, at: str) -> Iterable[Row]:
    taken, absent = results.of("exact"), results.absent_from("exact")
    each = {who: [time * 1e6 for sample in samples for time in sample.each] for who, samples in taken.items()}
    for percent in (50, 99):
        figures = {who: percentile(times, percent=percent) for who, times in each.items()}
        name, samples = f"exact look-up through the ORM ({at}), p{percent}", len(each[SEALED])
        yield beside(name, figures, unit="µs", absent=absent, samples=samples)
        yield beside(f"{name}, to plain", ratios(figures), unit="×", absent=absent, samples=samples)


def _weights(results: Results, *, at: str) -> Iterable[Row]:
    taken, absent = results.of("bytes_per_row"), results.absent_from("bytes_per_row")
    figures = _medians(taken, lambda sample: sample.size)
    name = f"table and indexes, bytes a row after bulk_create ({at})"
    yield beside(name, figures, unit="bytes", absent=absent)
    # Django gives a unique text a second index for LIKE; the goal is held against the leaner column without it.
    lean = {**figures, PLAIN: figures[PLAIN] - median(sample.like_size for sample in taken[PLAIN])}
    yield beside(f"{name}, to plain without its LIKE index", ratios(lean), unit="×", absent=absent, goal=BYTES_GOAL)
    yield beside(f"{name}, to plain as Django makes it", ratios(figures), unit="×", absent=absent)


def _medians(taken: Mapping[str, Sequence[Sample]], figure: Callable[[Sample], float]) -> dict[str, float]:
    return {who: median(figure(sample) for sample in samples) for who, samples in taken.items()}
