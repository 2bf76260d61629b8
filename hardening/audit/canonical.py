"""The one sequence of bytes that stands for an entry: what its seal is computed over.

The encoding is injective: two entries that differ in any field differ in their bytes, so that nobody can move a
character from one field to the next and keep the seal. Its version stands in front and in the row; a change
of the encoding is a new version beside the old one, never an edit.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

VERSION = 1

_DOMAIN = b"hardening audit entry v1"
_ROWS_DOMAIN = b"hardening audit rows v1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LedgerRow(NamedTuple):
    """One person shown: the ledger's own reference of the row, and the pseudonym of the person."""

    reference: str
    subject: UUID


@dataclass(frozen=True, kw_only=True)
class Body:
    """What an entry says, without what the database adds (its id) and the seal adds (its MAC).

    The people shown are in it only as a salted digest: once the salt and the ledger rows are erased, the digest
    names nobody, and the log still verifies.
    """

    writer: UUID
    wseq: int
    at: datetime
    name: str
    account: str
    actor: str
    session: str
    network: str
    address_digest: str
    request_id: str
    intent: UUID | None
    rows_digest: bytes | None
    payload: str


def canonical(body: Body) -> bytes:
    """Return the bytes of an entry.

    Each field is a length and its bytes; an absent one is a length that no field can have, so that absent and
    empty differ. Raise ValueError for a naive time, which would be another instant elsewhere.
    """
    return _DOMAIN + b"".join(
        _field(part)
        for part in (
            body.writer.bytes,
            _integer(body.wseq),
            _integer(microseconds(body.at)),
            body.name.encode(),
            body.account.encode(),
            body.actor.encode(),
            body.session.encode(),
            body.network.encode(),
            body.address_digest.encode(),
            body.request_id.encode(),
            None if body.intent is None else body.intent.bytes,
            body.rows_digest,
            body.payload.encode(),
        )
    )


def rows_digest(rows: Sequence[LedgerRow], *, salt: bytes) -> bytes:
    """Return the digest by which an entry vouches for its ledger rows without naming anybody.

    Without the salt, whoever holds a list of pseudonyms could find out which of them was shown.
    """
    parts = [salt, *(part for row in rows for part in (row.reference.encode(), row.subject.bytes))]
    return hashlib.sha256(_ROWS_DOMAIN + b"".join(map(_field, parts))).digest()


def canonical_json(value: object) -> str:
    """Return the one text of a JSON value: keys sorted, no spaces, characters as themselves.

    Raise TypeError for what JSON has no exact form for, floats included: two machines may print them unlike.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def microseconds(moment: datetime) -> int:
    """Return the moment as whole microseconds since 1970, exactly (a float would round).

    Raise ValueError for a naive moment.
    """
    if moment.tzinfo is None:
        raise ValueError("an entry needs a moment with a time zone")
    return (moment - _EPOCH) // timedelta(microseconds=1)


_ABSENT = 0xFFFFFFFF


def _field(value: bytes | None) -> bytes:
    if value is None:
        return _ABSENT.to_bytes(4, "big")
    if len(value) >= _ABSENT:
        raise ValueError("a field of an entry is at most 4 GB")
    return len(value).to_bytes(4, "big") + value


def _integer(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)


def _refuse_floats(value: object) -> None:
    match value:
        case float():
            raise TypeError("an entry holds no floats")
        case dict():
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise TypeError("the keys of an entry are text")
                _refuse_floats(inner)
        case list() | tuple():
            for inner in value:
                _refuse_floats(inner)
        case _:
            pass
