"""Whether every sealed value is what its row and its index say it is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from hardening.encryption.envelope import HEADER_BYTES, Flag, index_count, indexes_of, nonce_position
from hardening.encryption.operations import LocalOperations
from hardening.encryption.ranged_work import Pace, RangeTask
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.sealed_table import KeyRange, SealedRow, SealedTable, sealed_tables
from hardening.errors import DecryptionError, KeyUnavailableError
from hardening.keys.ring import key_ring

MOST_LISTED = 1000
"""Findings that one summary names; all are counted."""

_COUNTED = int(Flag.INDEX | Flag.PART | Flag.TWO_PARTS)

UNKNOWN_KEY = "stands under a key that is not in the ring"
DOES_NOT_OPEN = "does not open on its row"
FOREIGN_INDEX = "its index is not the one of its value under an index key in force"
OTHER_PARTS = "it has not the part indexes that its column declares; rotate_keys gives them"
STALE_COMPANION = "its companion column is not the index in its blob"


@dataclass
class Findings:
    """What a scan has seen."""

    values: int = 0
    found: int = 0
    listed: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Model, primary key, column and what is wrong, of the first findings."""
    kinds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How many findings there are of each model, column and what is wrong."""

    def add(self, other: "Findings") -> None:
        """Take in what was seen in other rows."""
        self.values += other.values
        self.found += other.found
        self.listed += other.listed[: MOST_LISTED - len(self.listed)]
        self.kinds += other.kinds


def verify_range(task: RangeTask) -> Findings:
    """Open every sealed value of a range on its own row and compare its index with one made anew."""
    (table,) = sealed_tables(task.model)
    local = LocalOperations(key_ring())
    findings = Findings()
    pace = Pace(task.rows_per_second)
    after = task.after
    while rows := table.rows(KeyRange(after, task.until), limit=task.batch_rows):
        for row in rows:
            verify_row(table, row, local, findings)
        after = rows[-1].pk
        pace.keep(len(rows))
    return findings


def verify_row(table: SealedTable, row: SealedRow, local: LocalOperations, findings: Findings) -> None:
    """Add what is wrong with the values of one row, as the keys of these operations tell."""
    for sealed_field, binding, blob, companions in zip(table.fields, *row[1:], strict=True):
        if blob is None:
            continue
        findings.values += 1
        for wrong in _wrongs(sealed_field, blob, binding=binding, companions=companions, local=local):
            findings.found += 1
            findings.kinds[table.model._meta.label, sealed_field.name, wrong] += 1
            if len(findings.listed) < MOST_LISTED:
                findings.listed.append((table.model._meta.label, str(row.pk), sealed_field.name, wrong))


def _wrongs(
    sealed_field: SealedField,
    blob: bytes,
    *,
    binding: bytes,
    companions: tuple[UUID | None, ...],
    local: LocalOperations,
) -> Iterator[str]:
    # Asked of a value that does not open too: the column may have been made an ordinary one and filled by hand.
    if companions != _companions_of(blob, slots=len(companions)):
        yield STALE_COMPANION
    if not local.ring.has_key("encryption", int.from_bytes(blob[2:4], "big")):
        yield UNKNOWN_KEY
        return
    try:
        plain = sealed_field.plain(local.open(blob, place=sealed_field.place, binding=binding), flags=blob[1])
    except (DecryptionError, ValueError):
        yield DOES_NOT_OPEN
        return
    if (blob[1] ^ sealed_field.place.flags) & _COUNTED:
        yield OTHER_PARTS
        return
    try:
        true = local.indexes_of_form(sealed_field.normals(plain), place=sealed_field.place, flags=blob[1])
    except KeyUnavailableError:
        true = None
    if blob[HEADER_BYTES : nonce_position(blob[1])] != true:
        yield FOREIGN_INDEX


def _companions_of(blob: bytes, *, slots: int) -> tuple[UUID | None, ...]:
    """Return what the database takes out of a blob for each slot that its column declares."""
    held = index_count(blob[1])
    return tuple(UUID(bytes=indexes_of(blob, slot=slot)[0]) if slot < held else None for slot in range(slots))
