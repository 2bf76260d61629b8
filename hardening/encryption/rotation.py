"""Sealed values given the form that a value sealed now gets, row by row, beside everybody who reads and writes.

That is the primary encryption key and, while an index key is rotated, the indexes of the keys in force.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from hardening.encryption.operations import LocalOperations
from hardening.encryption.ranged_work import Pace, RangeTask
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.sealed_table import KeyRange, SealedRow, SealedTable, sealed_tables
from hardening.encryption.swapping import Swap, swap_blobs
from hardening.errors import DecryptionError
from hardening.keys.ring import key_ring

MOST_LISTED = 1000
"""Rows that one summary names: a column under a missing key would fill the memory with their keys."""
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
    """Reseal every value of a range whose header is not the one of today.

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


def heads_of_today(table: SealedTable, by: LocalOperations) -> tuple[bytes, ...]:
    """Return the header that a value sealed now gets, for each column."""
    return tuple(by.head(field.place) for field in table.fields)


def rotated(field: SealedField, blob: bytes, *, binding: bytes, by: LocalOperations) -> bytes:
    """Return the value as if it were sealed now: the blob itself where nothing is left to do.

    Its indexes are made anew only where their form has changed.

    Raise DecryptionError for what does not open here: it is never given a new and valid tag.
    """
    place = field.place
    head = by.head(place)
    if blob.startswith(head):
        return blob
    if blob[1] == head[1]:
        return by.reseal(blob, place=place, binding=binding)
    plaintext = by.open(blob, place=place, binding=binding)
    try:
        normals = field.normals(field.plain(plaintext, flags=blob[1]))
    except ValueError:
        raise DecryptionError(f"a sealed value of {field} is not one of its field") from None
    return by.seal(plaintext, place=place, binding=binding, normals=normals)


class _Resealer:
    """One table and the keys that reseal it."""

    def __init__(self, table: SealedTable, operations: LocalOperations) -> None:
        self._table = table
        self._operations = operations
        self._heads = heads_of_today(table, operations)

    def batches(self, task: RangeTask) -> Iterator[list[SealedRow]]:
        """Return the rows with another header, a batch in memory at a time (C17)."""
        after = task.after
        while rows := self._table.rows(KeyRange(after, task.until), limit=task.batch_rows, other_than=self._heads):
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
            return rotated(field, blob, binding=row.bindings[number], by=self._operations)
        except DecryptionError:
            tally.unopened += 1
            if len(tally.listed) < MOST_LISTED:
                tally.listed.append((self._table.model._meta.label, str(row.pk), field.name))
            return blob
