"""Rows carried from the table into its copy by COPY, resealed on the way; what does not open goes over as it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from hardening.encryption.operations import LocalOperations
from hardening.encryption.ranged_work import Pace, RangeTask
from hardening.encryption.rotation import MOST_LISTED, Tally, rotated
from hardening.encryption.sealed_table import SealedTable, sealed_tables
from hardening.encryption.shadow.copied_columns import CopiedColumns, copied_columns
from hardening.encryption.shadow.place import Room, Session, find_original, session
from hardening.encryption.shadow.rows import END, HEAD
from hardening.errors import DecryptionError
from hardening.keys.ring import key_ring

_BUFFER_ROWS = 250
"""Rows that are sent at once: more gains nothing."""


@dataclass(frozen=True, kw_only=True)
class CopyTask(RangeTask):
    """Blocks of the table from ``after`` up to, not with, ``until``, as one snapshot of the database shows them."""

    room: str
    snapshot: str


def copy_range(task: CopyTask) -> Tally:
    """Copy the rows of a range; all of them are there afterwards, or none."""
    (table,) = sealed_tables(task.model)
    with session(table) as source, session(table) as target:
        room = Room(task.room, find_original(source, table))
        resealing = Resealing(table, copied_columns(source, table, room.original))
        bounds = [f"ctid >= '({task.after},0)'::tid"]
        if task.until is not None:
            bounds.append(f"ctid < '({task.until},0)'::tid")
        with source.block(isolation="REPEATABLE READ, READ ONLY"):
            source.run(f"SET TRANSACTION SNAPSHOT '{task.snapshot}'")
            rows = f"FROM {room.original.qualified} WHERE {' AND '.join(bounds)}"
            return resealing.carry(source, target, rows=rows, into=room.table, pace=Pace(task.rows_per_second))


class Resealing:
    """One table and the keys that reseal it."""

    def __init__(self, table: SealedTable, columns: CopiedColumns) -> None:
        self.columns = columns
        self._table = table
        self._fields = table.fields
        self._operations = LocalOperations(key_ring())
        self._unopened: list[int] = []

    def carry(self, source: Session, target: Session, *, rows: str, into: str, pace: Pace | None = None) -> Tally:
        """Copy what ``rows`` (FROM and WHERE) select into the table ``into``, by one statement of each session."""
        tally = Tally()
        names = self.columns.names
        with (
            source.raw.cursor() as reading,
            target.raw.cursor() as writing,
            reading.copy(f"COPY (SELECT {names} {rows}) TO STDOUT (FORMAT BINARY)") as out,
            writing.copy(f"COPY {into} ({names}) FROM STDIN (FORMAT BINARY)") as into_copy,
        ):
            into_copy.write(HEAD)
            buffer: list[bytes] = []
            for row in _rows(out):
                buffer.append(self._reseal(row, tally))
                if len(buffer) == _BUFFER_ROWS:
                    _send(into_copy, buffer, pace)
            _send(into_copy, buffer, pace)
            into_copy.write(END)
        return tally

    def _reseal(self, row: bytes, tally: Tally) -> bytes:
        fresh = self.columns.layout.reseal(row, self._one)
        tally.rotated += fresh is not row
        if self._unopened:
            self._note(row, tally)
        return fresh

    def _one(self, number: int, blob: bytes, binding: bytes) -> bytes:
        try:
            return rotated(self._fields[number], blob, binding=binding, by=self._operations)
        except DecryptionError:
            self._unopened.append(number)
            return blob

    def _note(self, row: bytes, tally: Tally) -> None:
        key = self.columns.shown(row)
        for number in self._unopened:
            tally.unopened += 1
            if len(tally.listed) < MOST_LISTED:
                tally.listed.append((self._table.model._meta.label, key, self._table.fields[number].name))
        self._unopened.clear()


def _rows(out: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the rows of a binary COPY: each message of the server is one, the first behind the head."""
    head = len(HEAD)
    for message in out:
        row = bytes(message)
        if head:
            row, head = row[head:], 0
        if row and row != END:
            yield row


def _send(copy: object, buffer: list[bytes], pace: Pace | None) -> None:
    copy.write(b"".join(buffer))  # type: ignore[attr-defined]  # the driver's
    if pace is not None:
        pace.keep(len(buffer))
    buffer.clear()
