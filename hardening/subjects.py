"""The person a record is about, as a keyed pseudonym that is the same at every insurer."""

from collections.abc import Callable
from datetime import date
from typing import NewType
from uuid import UUID

SubjectId = NewType("SubjectId", UUID)

_VERSION = b"hardening subject v1"
_KEY_ID_BYTES = 2
_MAC_BYTES = 14


def subject_id(mac: Callable[[bytes], bytes], *, key_id: int, nir: str, birth_date: date, birth_rank: int) -> SubjectId:
    """Return the pseudonym of the person with this normal NIR, birth date and birth rank.

    ``mac`` is HMAC-SHA-256 under the subject key ``key_id``, whose id stands in the first two bytes, so that
    a row says which key made it. Dependants carry the holder's number and twins share a date: only the three
    together name a person. The remaining 112 bits keep 67 million people apart (collision below 2⁻⁵⁹).

    Raise ValueError for a key id or birth rank out of range.
    """
    if not 0 <= birth_rank <= 99:  # noqa: PLR2004 - two digits on the coverage card
        raise ValueError("a birth rank has at most two digits")
    parts = (_VERSION, nir.encode("ascii"), birth_date.isoformat().encode("ascii"), str(birth_rank).encode("ascii"))
    # Length-prefixed: no two different persons may share the bytes under the MAC.
    message = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    return SubjectId(UUID(bytes=key_id.to_bytes(_KEY_ID_BYTES, "big") + mac(message)[:_MAC_BYTES]))


def key_id_of(subject: SubjectId) -> int:
    """Return the id of the subject key that made this pseudonym."""
    return int.from_bytes(subject.bytes[:_KEY_ID_BYTES], "big")
