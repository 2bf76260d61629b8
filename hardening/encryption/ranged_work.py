"""Ranges of rows worked through one after another, here or in processes of their own."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait as wait_for_end
from time import monotonic, sleep
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class RangeTask:
    """One range of one table, as it travels to a worker: names and primary keys, nothing else."""

    model: str
    after: Any
    until: Any
    batch_rows: int
    rows_per_second: float
    """Of this worker; 0 is as fast as it goes."""


class Pace:
    """Keeps one range at a number of rows a second."""

    def __init__(self, rows_per_second: float) -> None:
        self._rate = rows_per_second
        self._since = monotonic()
        self._rows = 0

    def keep(self, rows: int) -> None:
        """Sleep until ``rows`` more may have been done."""
        self._rows += rows
        if self._rate:
            sleep(max(0.0, self._since + self._rows / self._rate - monotonic()))


def work_through(
    tasks: Iterable[RangeTask], work: Callable[[RangeTask], Result], *, workers: int
) -> Iterator[tuple[RangeTask, Result]]:
    """Yield each task with what ``work`` made of it, in order of completion.

    One worker is this process. More are processes that read settings and keys for themselves, with never more
    ranges handed out than twice their number, so that the parent's memory does not grow with the table. They die
    with the parent: an orphan would go on writing after its command is thought dead.
    """
    if workers == 1:
        yield from ((task, work(task)) for task in tasks)
        return
    waiting = iter(tasks)
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker) as pool:
        running = {pool.submit(work, task): task for task in islice(waiting, 2 * workers)}
        while running:
            done: set[Future[Result]] = wait(running, return_when=FIRST_COMPLETED).done
            for future in done:
                yield running.pop(future), future.result()
            running |= {pool.submit(work, task): task for task in islice(waiting, len(done))}


def start_worker() -> None:
    """Set Django up in a process that was started to work, and let it end with its parent."""
    import django  # noqa: PLC0415 - before any module with models is loaded to find the work

    threading.Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        with suppress(OSError):
            wait_for_end([parent.sentinel])
        os._exit(1)
