"""Sealed values put under the primary key, row by row, beside everybody who reads and writes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from hardening.encryption.operations import LocalOperations, Place
from hardening.encryption.ranged_work import Pace, RangeTask
from hardening.encryption.sealed_table import KeyRange, SealedRow, SealedTable, sealed_tables
from hardening.encryption.swapping import Swap, swap_blobs
from hardening.errors import DecryptionError
from hardening.keys.ring import key_ring

MOST_LISTED = 1000
"""Rows that one summary names: a column under a missing key would fill the memory with their keys."""
KEY_ID = slice(2, 4)
"""Where a blob says its key."""
_MOST_PASSES = 20
"""Over one range: a row that a writer changes faster than it is rotated carries the writer's key anyway."""


@dataclass
class Tally:
    """What was done to some rows."""

    rotated: int = 0
    lost: int = 0
    """Rows that a concurrent writer changed first; each was read again."""
    unopened: int = 0
    """Values that do not open, and stay as they are."""
    listed: list[tuple[str, str, str]] = dataclass_field(default_factory=list)
    """Model, primary key and column of the first of those."""

    def add(self, other: "Tally") -> None:
        """Take in the tally of other rows."""
        self.rotated += other.rotated
        self.lost += other.lost
        self.unopened += other.unopened
        self.listed += other.listed[: MOST_LISTED - len(self.listed)]


def rotate_range(task: RangeTask) -> Tally:
    """Reseal every value of a range that stands under another than the primary key.

    What is left to do is told by the header of each blob alone, so that a run that was killed is resumed by any
    other. A range is gone through again while concurrent writers won rows of it.
    """
    (table,) = sealed_tables(task.model)
    resealer = _Resealer(table, LocalOperations(key_ring()))
    pace = Pace(task.rows_per_second)
    total = Tally()
    for _ in range(_MOST_PASSES):
        once = Tally()
        for rows in resealer.batches(task):
            resealer.rotate(rows, tally=once)
            pace.keep(len(rows))
        total.rotated += once.rotated
        total.lost += once.lost
        total.unopened, total.listed = once.unopened, once.listed
        if not once.lost:
            break
    return total


def rotated(operations: LocalOperations, blob: bytes, *, place: Place, binding: bytes) -> bytes:
    """Return the value as it shall stand: the blob itself where nothing is left to do.

    Raise DecryptionError for what does not open here.
    """
    if blob[KEY_ID] == operations.ring.primary_id("encryption").to_bytes(2, "big"):
        return blob
    return operations.reseal(blob, place=place, binding=binding)


class _Resealer:
    """One table and the keys that reseal it."""

    def __init__(self, table: SealedTable, operations: LocalOperations) -> None:
        self._table = table
        self._operations = operations
        self._primary = operations.ring.primary_id("encryption")

    def batches(self, task: RangeTask) -> Iterator[list[SealedRow]]:
        """Return the rows under other keys, a batch in memory at a time (C17)."""
        after = task.after
        while rows := self._table.rows(KeyRange(after, task.until), limit=task.batch_rows, other_than=self._primary):
            yield rows
            after = rows[-1].pk

    def rotate(self, rows: list[SealedRow], *, tally: Tally) -> None:
        """Reseal a batch and write it by compare and swap."""
        resealed = (
            Swap(row, tuple(self._reseal(row, number, tally) for number in range(len(row.blobs)))) for row in rows
        )
        swaps = [swap for swap in resealed if swap.blobs != swap.row.blobs]
        swapped = swap_blobs(self._table, swaps) if swaps else 0
        tally.rotated += swapped
        tally.lost += len(swaps) - swapped

    def _reseal(self, row: SealedRow, number: int, tally: Tally) -> bytes | None:
        blob, field = row.blobs[number], self._table.fields[number]
        if blob is None:
            return None
        try:
            return rotated(self._operations, blob, place=field.place, binding=row.bindings[number])
        except DecryptionError:
            tally.unopened += 1
            if len(tally.listed) < MOST_LISTED:
                tally.listed.append((self._table.model._meta.label, str(row.pk), field.name))
            return blob
