"""Sealing a clear column in place: the work of ``seal_column`` on a table that people could go on using."""

from time import perf_counter

from rich.console import Console
from rich.progress import Progress

from benchmarks.encryption.contestants import IN_TRANSIT
from benchmarks.scale.loading import WORKERS
from hardening.encryption.twin_batches import Tally, Work
from hardening.encryption.twin_columns import Verdict
from hardening.encryption.twin_runs import Pace, fill, verify

_COLUMN = f"{IN_TRANSIT}.Person.nir"
_PACE = Pace(workers=WORKERS)
"""As ``seal_column --workers 2``, with its own default of rows a batch."""


def seal(*, rows: int) -> float:
    """Seal every row and return the seconds, the start of the workers included.

    Raise RuntimeError when a row was left: a run that leaves some behind is no result.
    """
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("sealing a clear column", total=rows)
        started = perf_counter()
        told = fill(_COLUMN, pace=_PACE, work=Work.WRITE, report=lambda done: bar.advance(task, done))
        seconds = perf_counter() - started
    if told.written != rows:
        raise RuntimeError(f"{told.written} of {rows} rows were sealed")
    return seconds


def compare(*, rows: int) -> float:
    """Open and compare every row, as the command does after sealing, and return the seconds.

    Raise RuntimeError when a row does not agree.
    """
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("comparing both columns", total=rows)
        started = perf_counter()
        told: Tally = verify(_COLUMN, pace=_PACE, report=lambda done: bar.advance(task, done))
        seconds = perf_counter() - started
    if told.verdicts[Verdict.EQUAL] != rows:
        raise RuntimeError(f"{told.verdicts[Verdict.EQUAL]} of {rows} rows agree")
    return seconds
