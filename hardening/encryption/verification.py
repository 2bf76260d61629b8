"""Whether every sealed value is what its row and its index say it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from hardening.encryption.envelope import HEADER_BYTES, INDEX_BYTES
from hardening.encryption.normalisers import NORMALISERS
from hardening.encryption.operations import operations
from hardening.encryption.ranged_work import Pace, RangeTask
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.sealed_table import KeyRange, SealedRow, SealedTable, sealed_tables
from hardening.errors import DecryptionError
from hardening.keys.ring import key_ring

MOST_LISTED = 1000
"""Findings that one summary names; all are counted."""

UNKNOWN_KEY = "stands under a key that is not in the ring"
DOES_NOT_OPEN = "does not open on its row"
FOREIGN_INDEX = "its index is not the one of its value under the primary index key"
STALE_COMPANION = "its companion column is not the index in its blob"


@dataclass
class Findings:
    """What a scan has seen."""

    values: int = 0
    found: int = 0
    listed: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Model, primary key, column and what is wrong, of the first findings."""

    def add(self, other: "Findings") -> None:
        """Take in what was seen in other rows."""
        self.values += other.values
        self.found += other.found
        self.listed += other.listed[: MOST_LISTED - len(self.listed)]


def verify_range(task: RangeTask) -> Findings:
    """Open every sealed value of a range on its own row and compare its index with one made anew."""
    (table,) = sealed_tables(task.model)
    known = {key.id for key in key_ring().keys if key.keyset == "encryption"}
    findings = Findings()
    pace = Pace(task.rows_per_second)
    after = task.after
    while rows := table.rows(KeyRange(after, task.until), limit=task.batch_rows):
        for row in rows:
            verify_row(table, row, known, findings)
        after = rows[-1].pk
        pace.keep(len(rows))
    return findings


def verify_row(table: SealedTable, row: SealedRow, known: set[int], findings: Findings) -> None:
    """Add what is wrong with the values of one row; ``known`` are the encryption keys of the ring."""
    for sealed_field, binding, blob, companion in zip(table.fields, *row[1:], strict=True):
        if blob is None:
            continue
        findings.values += 1
        for wrong in _wrongs(sealed_field, blob, binding=binding, companion=companion, known=known):
            findings.found += 1
            if len(findings.listed) < MOST_LISTED:
                findings.listed.append((table.model._meta.label, str(row.pk), sealed_field.name, wrong))


def _wrongs(
    sealed_field: SealedField, blob: bytes, *, binding: bytes, companion: UUID | None, known: set[int]
) -> Iterator[str]:
    index = blob[HEADER_BYTES : HEADER_BYTES + INDEX_BYTES]
    # Asked of a value that does not open too: the column may have been made an ordinary one and filled by hand.
    if sealed_field.indexed and (companion is None or companion.bytes != index):
        yield STALE_COMPANION
    if int.from_bytes(blob[2:4], "big") not in known:
        yield UNKNOWN_KEY
        return
    try:
        plain = sealed_field.open_blob(blob, binding=binding)
    except DecryptionError:
        yield DOES_NOT_OPEN
        return
    if sealed_field.indexed:
        normal = NORMALISERS[sealed_field.normaliser](plain)
        if operations().index(normal, place=sealed_field.place) != index:
            yield FOREIGN_INDEX
