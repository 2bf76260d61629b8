"""A contestant's side: the steps it may be asked for, and the loop that answers."""

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict
from time import perf_counter, process_time
from typing import Self

from benchmarks.encryption.contestants import Sample

STEPS = ("seal", "open", "bulk_create", "scan", "scan_to_values", "exact", "in_100", "bytes_per_row")


class CannotTakePartError(Exception):
    """A step that this contestant's package does not offer; the text says which."""


class Steps(ABC):
    """One contestant. A step returns its sample; what it prepares is outside the measure."""

    @abstractmethod
    def seal(self) -> Sample:
        """Turn plain numbers into what the database is given, through the field."""

    @abstractmethod
    def open(self) -> Sample:
        """Turn what the database gave into plain numbers, through the field and the row's attribute."""

    def bulk_create(self) -> Sample:
        """Fill the empty table."""
        raise CannotTakePartError("no table")

    def scan(self) -> Sample:
        """Read the whole table without asking for a number."""
        raise CannotTakePartError("no table")

    def scan_to_values(self) -> Sample:
        """Read the whole table and every number."""
        raise CannotTakePartError("no table")

    def exact(self) -> Sample:
        """Find rows by number, one at a time."""
        raise CannotTakePartError("no table")

    def in_100(self) -> Sample:
        """Find rows by a hundred numbers at once."""
        raise CannotTakePartError("no table")

    def bytes_per_row(self) -> Sample:
        """Weigh the table with its indexes."""
        raise CannotTakePartError("no table")


class Stopwatch:
    """CPU and wall time of a block."""

    def __enter__(self) -> Self:
        self._wall, self._cpu = perf_counter(), process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu, self.wall = process_time() - self._cpu, perf_counter() - self._wall

    def sample(self, *, count: int) -> Sample:
        """Return what was measured, over ``count`` values."""
        return Sample(cpu=self.cpu, wall=self.wall, count=count)


def serve(make: Callable[[], Steps]) -> None:
    """Answer steps named on standard input, one JSON object a line, until the input ends.

    A contestant that cannot start, or cannot do a step, says why in one line: it is named in the results.
    """
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever a step prints must not be taken for an answer
    try:
        steps = make()
    except Exception as error:  # noqa: BLE001 - a peer may fail in any way, and the report names it
        print(json.dumps({"cannot": _in_one_line(error)}), file=answers, flush=True)
        return
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        step = line.strip()
        if step not in STEPS:
            raise ValueError(f"unknown step {step!r}")
        try:
            answer = asdict(getattr(steps, step)())
        except Exception as error:  # noqa: BLE001 - likewise
            answer = {"cannot": _in_one_line(error)}
        print(json.dumps(answer), file=answers, flush=True)


def _in_one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, CannotTakePartError) else f"{type(error).__name__}: {text}"
