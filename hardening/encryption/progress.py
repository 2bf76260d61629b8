"""Ranges of several tables worked through, with a bar where a person watches."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TypeVar

from hardening.encryption.ranged_work import RangeTask, work_through
from hardening.encryption.sealed_table import SealedTable

Result = TypeVar("Result")


def work_through_tables(
    tables: Iterable[SealedTable],
    work: Callable[[RangeTask], Result],
    *,
    workers: int,
    batch_rows: int,
    rows_per_second: float,
) -> Iterator[Result]:
    """Yield what ``work`` made of each range of each table; ``rows_per_second`` is of all workers together.

    The bar counts ranges, on standard error, where that is a terminal and rich is installed: a log gets none.
    """
    for table in tables:
        label = table.model._meta.label
        tasks = [
            RangeTask(
                model=label,
                after=within.after,
                until=within.until,
                batch_rows=batch_rows,
                rows_per_second=rows_per_second / workers,
            )
            for within in table.ranges()
        ]
        with bar(label, total=len(tasks)) as advance:
            for _, result in work_through(tasks, work, workers=workers):
                advance()
                yield result


@contextmanager
def bar(label: str, *, total: int) -> Iterator[Callable[[], None]]:
    """Give the block a function that moves the bar by one of ``total``; there is none outside a terminal."""
    if not sys.stderr.isatty() or find_spec("rich") is None:
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 - not among what the package requires
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task(label, total=total)
        yield lambda: progress.advance(bar)
