"""The person a record is about, computed with the key ring's subject key (D8)."""

from datetime import date

from hardening.encryption.nir import parse_nir
from hardening.keys.macs import macs
from hardening.subjects import SubjectId, subject_id


def subject_of(*, nir: str, birth_date: date, birth_rank: int) -> SubjectId:
    """Return the pseudonym to store with a record: the same at every insurer, under the primary subject key.

    Raise InvalidNirError for what is no NIR: a mistyped number would be another person.
    """
    keys = macs()
    key_id = keys.primary_id("subject")
    return subject_id(
        lambda message: keys.mac("subject", message, key_id=key_id),
        key_id=key_id,
        nir=parse_nir(nir),
        birth_date=birth_date,
        birth_rank=birth_rank,
    )
