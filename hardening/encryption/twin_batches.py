"""One batch of rows of twin columns: written, verified, or both."""

import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import DataError, IntegrityError, OperationalError, connections, transaction

from hardening.encryption.twin_columns import AGREEING, TwinColumns, TwinRow, Verdict
from hardening.errors import DecryptionError

_LISTED = 100
"""Primary keys kept per kind of finding: enough to mend by hand; a longer list is a rule gone wrong."""
_PATIENCE_MS = 500
"""Below PostgreSQL's one second before it looks for deadlocks: we give up first, and no writer is the victim."""


class Work(StrEnum):
    """What is done with a batch."""

    WRITE = "write"
    """Fill the followers that wait."""
    MEND = "mend"
    """Write every follower that does not agree with its leader."""
    TRY = "try"
    """As WRITE, and write nothing."""
    VERIFY = "verify"
    """Compare every row."""


_WRITING = frozenset({Work.WRITE, Work.MEND})


@dataclass
class Tally:
    """What was found and done, by kind; rows are named by primary key, never by value."""

    rows: int = 0
    written: int = 0
    overtaken: int = 0
    """Rows that somebody else wrote or held meanwhile: theirs stands, and the next pass looks again."""
    verdicts: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    """Rows that the database refused: no longer unique in normal form, or too long for the clear column."""
    clear_values: int = 0
    sealed_values: int = 0
    keys: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, key: object) -> None:
        """Keep a primary key under a kind of finding."""
        known = self.keys.setdefault(kind, [])
        if len(known) < _LISTED:
            known.append(str(key))

    def add(self, other: "Tally") -> None:
        """Add the findings of another batch."""
        self.rows += other.rows
        self.written += other.written
        self.overtaken += other.overtaken
        self.refused += other.refused
        self.clear_values += other.clear_values
        self.sealed_values += other.sealed_values
        self.verdicts += other.verdicts
        for kind, keys in other.keys.items():
            for key in keys:
                self.note(kind, key)

    def as_json(self) -> dict[str, Any]:
        """Return what a document holds of it."""
        return {**vars(self), "verdicts": {str(verdict): count for verdict, count in self.verdicts.items()}}

    def disagreeing(self) -> int:
        """Return the number of rows whose columns do not agree."""
        return sum(count for verdict, count in self.verdicts.items() if verdict not in AGREEING)


def work_on(columns: TwinColumns, work: Work, *, after: Any, until: Any) -> Tally:  # noqa: ANN401 - primary keys
    """Do one batch in one transaction: killed at any moment, it happened or it did not.

    A database that cannot give us the rows in time (a long lock, a busy SQLite file) is asked again in the next pass.
    """
    tally = Tally()
    try:
        # Reading is one statement, which sees one moment; on SQLite a transaction would keep writers out meanwhile.
        with transaction.atomic(using=columns.alias) if work in _WRITING else nullcontext():
            if work in _WRITING:
                _wait_little(columns)
            rows = columns.rows(after=after, until=until, is_waiting=work in {Work.WRITE, Work.TRY})
            wanted = _followers(columns, work, rows, tally)
            if work in _WRITING:
                _write(columns, wanted, tally)
            elif work is Work.TRY:
                tally.written = len(wanted)
    except OperationalError:
        if work in {Work.VERIFY, Work.TRY} and connections[columns.alias].vendor == "postgresql":
            raise
        time.sleep(0.05)
        return Tally(overtaken=1)
    return tally


def _wait_little(columns: TwinColumns) -> None:
    connection = connections[columns.alias]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {_PATIENCE_MS}")


def _followers(columns: TwinColumns, work: Work, rows: list[TwinRow], tally: Tally) -> list[tuple[TwinRow, Any]]:
    wanted: list[tuple[TwinRow, Any]] = []
    for row in rows:
        tally.rows += 1
        tally.clear_values += not columns.is_clear_empty(row.clear)
        tally.sealed_values += row.blob is not None
        if columns.seals and work in {Work.WRITE, Work.TRY}:
            _seal_waiting(columns, row, tally, wanted)
            continue
        verdict = columns.judge(row)
        tally.verdicts[verdict] += 1
        if verdict in AGREEING:
            continue
        if work is Work.VERIFY or verdict is Verdict.INVALID:
            tally.note(verdict, row.key)
        if work is not Work.VERIFY and not (columns.seals and verdict is Verdict.INVALID and row.blob is None):
            try:
                wanted.append((row, columns.follower(row)))
            except DecryptionError:
                tally.note(Verdict.UNREADABLE, row.key)
    return wanted


def _seal_waiting(columns: TwinColumns, row: TwinRow, tally: Tally, wanted: list[tuple[TwinRow, Any]]) -> None:
    """Seal a row that is known to have a clear value alone: it is parsed once, which is most of the work."""
    blob = columns.follower(row)
    verdict = Verdict.INVALID if blob is None else Verdict.NOT_SEALED
    tally.verdicts[verdict] += 1
    if blob is None:
        tally.note(verdict, row.key)
    else:
        wanted.append((row, blob))


def _write(columns: TwinColumns, values: list[tuple[TwinRow, Any]], tally: Tally) -> None:
    """Write a batch; what the database refuses is found by halving, so that one row does not hold back the others."""
    if not values:
        return
    try:
        with transaction.atomic(using=columns.alias):
            written = columns.write(values)
    except (IntegrityError, DataError):
        if len(values) == 1:
            tally.refused += 1
            tally.note("refused by the database", values[0][0].key)
            return
        _write(columns, values[: len(values) // 2], tally)
        _write(columns, values[len(values) // 2 :], tally)
        return
    tally.written += written
    tally.overtaken += len(values) - written
