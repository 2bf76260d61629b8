"""A run over all rows of twin columns: batches one after the other or by several processes, passes until none waits."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connections, router

from hardening.encryption.ranged_work import RangeTask, work_through
from hardening.encryption.twin_batches import Tally, Work, work_on
from hardening.encryption.twin_columns import TwinColumns
from hardening.encryption.twins import Twins, twins_of

_PASSES = 20
"""A row that is held through so many passes is left to the next run, and to verify, which lists it."""


@dataclass(frozen=True)
class Pace:
    """How fast a run may go."""

    batch_rows: int = 1_000
    workers: int = 1
    rows_a_second: int = 0
    """0: as fast as it goes."""


def find_twins(label: str) -> tuple[Twins, TwinColumns]:
    """Return the twins of ``app.Model.field``, the field being either of the two, as rows of their database.

    Raise LookupError if there are none.
    """
    app_model, _, name = label.rpartition(".")
    try:
        model = apps.get_model(app_model)
    except (LookupError, ValueError):
        raise LookupError(f"there is no model {app_model or label}; write app.Model.field") from None
    for twins in twins_of(model):
        if name in {twins.clear, twins.sealed}:
            clear, sealed = twins.columns(model)
            alias = router.db_for_write(model)
            return twins, TwinColumns(model, clear, sealed, seals=twins.leading == "clear", alias=alias)
    raise LookupError(f"{model._meta.label} declares no Twins for {name}")


def fill(label: str, *, pace: Pace, work: Work, report: Callable[[int], None]) -> Tally:
    """Write followers in passes, until a pass leaves none that somebody else held; what is done is never redone.

    There is no cursor to lose: which rows wait is read from the rows themselves, so that a run killed anywhere goes
    on by being started again.
    """
    total = _once(label, pace=pace, work=work, report=report)
    last = total
    for _ in range(_PASSES - 1):
        if not last.overtaken or work is Work.TRY:
            break
        last = _once(label, pace=pace, work=work, report=report)
        total.written += last.written
        total.verdicts, total.keys, total.refused = last.verdicts, last.keys, last.refused
    total.overtaken = last.overtaken
    return total


def verify(label: str, *, pace: Pace, report: Callable[[int], None]) -> Tally:
    """Compare both columns of every row, each row as one statement saw it."""
    return _once(label, pace=pace, work=Work.VERIFY, report=report)


def verify_columns(columns: TwinColumns, *, batch_rows: int = 1_000) -> Tally:
    """Do the same for columns that no model in the program declares any more, as a migration sees them."""
    total = Tally()
    for after, until in columns.ranges(size=batch_rows, is_waiting=False):
        total.add(work_on(columns, Work.VERIFY, after=after, until=until))
    return total


def _once(label: str, *, pace: Pace, work: Work, report: Callable[[int], None]) -> Tally:
    _, columns = find_twins(label)
    ranges = columns.ranges(size=pace.batch_rows, is_waiting=work in {Work.WRITE, Work.TRY})
    total = Tally()
    started = time.monotonic()
    for done in _in_processes(label, work, ranges, pace) if pace.workers > 1 else _here(columns, work, ranges):
        total.add(done)
        report(done.rows)
        if pace.rows_a_second:
            time.sleep(max(0.0, total.rows / pace.rows_a_second - (time.monotonic() - started)))
    return total


def _here(columns: TwinColumns, work: Work, ranges: Iterator[tuple[Any, Any]]) -> Iterator[Tally]:
    for after, until in ranges:
        yield work_on(columns, work, after=after, until=until)


def _in_processes(label: str, work: Work, ranges: Iterator[tuple[Any, Any]], pace: Pace) -> Iterator[Tally]:
    names = {alias: str(connections[alias].settings_dict["NAME"]) for alias in connections}
    tasks = (
        RangeTask(model=label, after=after, until=until, batch_rows=pace.batch_rows, rows_per_second=0)
        for after, until in ranges
    )
    for _, done in work_through(tasks, partial(_work_there, names, work), workers=pace.workers):
        yield done


def _work_there(names: dict[str, str], work: Work, task: RangeTask) -> Tally:
    """Work in a process of its own, on the databases of the process that started it."""
    for alias, name in names.items():
        connections[alias].settings_dict["NAME"] = name
    return work_on(find_twins(task.model)[1], work, after=task.after, until=task.until)
