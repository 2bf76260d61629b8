"""What the disclosure gate does with opened values without releasing them (D9)."""

import hmac
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from hardening import disclosing
from hardening.encryption.binding import encode_binding
from hardening.encryption.nir import NIR_CHARACTERS
from hardening.encryption.operations import operations
from hardening.encryption.plaintext import Kind, pad
from hardening.encryption.sealed import Sealed
from hardening.encryption.sealed_field import SealedField

_NOTHING = {
    Kind.DATE: date(1, 1, 1),
    Kind.INTEGER: 0,
    Kind.DECIMAL: Decimal(0),
    Kind.JSON: 0,
    Kind.NIR: "1" * NIR_CHARACTERS,
}


def open_for_match(record: Model, *, field: str) -> Any:  # noqa: ANN401 - the field's type
    """Return a plain value to compare with, never to show: it is not charged, and stands in no ledger.

    Raise NotDisclosedError outside an active disclosure, DecryptionError if the value does not open on its row.
    """
    disclosing.require_active(what=f"{record._meta.label}.{field}")
    value = getattr(record, record._meta.get_field(field).attname)  # type: ignore[union-attr]  # a concrete field
    return value.open_ungated() if isinstance(value, Sealed) else value


def is_same(opened: object, claimed: object) -> bool:
    """Tell whether an opened value is what the person claims, in time that does not depend on where they differ."""
    return hmac.compare_digest(_comparable(opened), _comparable(claimed))


def open_nobody(field: SealedField, *, row: UUID) -> None:
    """Do the work of opening one value of ``field``, so that a miss takes as long as a hit.

    ``row`` is new for each miss: a key broker writes a person down before it opens him for the first time.
    """
    binding = encode_binding(row)
    if field.kind in _NOTHING:
        plaintext = field.codec.encode(_NOTHING[field.kind])
    else:
        plaintext = field.codec.encode("").ljust(field.plaintext_bytes or 1, b"0")
    if field.plaintext_bytes is None:
        plaintext = pad(plaintext, at_least=field.longest_choice)
    normals = (b"nobody",) * len(field.place.index_domains)
    blob = operations().seal(plaintext, place=field.place, binding=binding, normals=normals)
    field.open_blob(blob, binding=binding)


def _comparable(value: object) -> bytes:
    return str(value).encode()
