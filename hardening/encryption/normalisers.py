"""What counts as the same value in a blind index. Each normaliser has a version, which is part of the index key."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hardening.encryption.plaintext import CODECS, Kind

Normaliser = Callable[[Any], bytes]


def normalise_text(value: str) -> bytes:
    """Return text as it is, composed: two ways to type é are one value."""
    return (value if value.isascii() else unicodedata.normalize("NFC", value)).encode("utf-8")


def normalise_caseless(value: str) -> bytes:
    """Return text without case or compatibility variants, as an e-mail address is compared."""
    return unicodedata.normalize("NFKC", value).strip().casefold().encode("utf-8")


def normalise_nir(value: str) -> bytes:
    """Return a number as it is: the field has parsed it to its one normal form."""
    return value.encode("ascii")


def normalise_date(value: date) -> bytes:
    """Return a date as ISO 8601 writes it."""
    return value.isoformat().encode("ascii")


def normalise_integer(value: int) -> bytes:
    """Return a whole number in decimal digits."""
    return str(value).encode("ascii")


def normalise_decimal(value: Decimal) -> bytes:
    """Return a decimal in the one encoding of its amount: 1.0 and 1.00 are one value."""
    return CODECS[Kind.DECIMAL].to_bytes(value)


NORMALISERS: Mapping[str, Normaliser] = {
    "text.1": normalise_text,
    "caseless.1": normalise_caseless,
    "nir.1": normalise_nir,
    "date.1": normalise_date,
    "integer.1": normalise_integer,
    "decimal.1": normalise_decimal,
}
"""Frozen: a changed rule is a new name with the next number, and a rebuilt index."""
