"""What is encrypted: a type byte, the canonical value, padding (D3)."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any

from hardening.encryption.nir import pack_nir, unpack_nir

BLOCK_BYTES = 32
"""Lengths are rounded up to this: GCM keeps them, and marital status would read straight off."""

_END = b"\x80"
_INTEGER_BYTES = 8
_YEAR_BYTES = 2
_DECIMAL = re.compile(rb"(?:0e0|-?[1-9][0-9]*e(?:0|-?[1-9][0-9]{0,3}))")
_EXPONENT_BOUND = 10_000
"""Decimals end far below Python's own bound: an exponent costs at most five characters."""


class Kind(IntEnum):
    """The first byte: what a value is, so that nothing empty is ever encrypted and no reader guesses."""

    TEXT = 1
    INTEGER = 2
    DATE = 3
    BYTES = 4
    JSON = 5
    DECIMAL = 6
    NIR = 7


@dataclass(frozen=True, slots=True)
class Codec:
    """How values of one kind become bytes and come back."""

    tag: bytes
    to_bytes: Callable[[Any], bytes]
    from_bytes: Callable[[bytes], Any]

    def encode(self, value: Any) -> bytes:  # noqa: ANN401 - of this kind
        """Return the type byte and the one encoding of ``value``.

        Raise TypeError if the value is not of this kind (True is no integer, a datetime no date), OverflowError
        for an integer beyond 64 bits, and ValueError for JSON that has no standard form (NaN) and for a decimal that
        is not finite, is a negative zero, or has an exponent of five digits.
        """
        return self.tag + self.to_bytes(value)

    def decode(self, plaintext: bytes) -> Any:  # noqa: ANN401 - of this kind
        """Return the value behind the type byte.

        Raise ValueError for another kind or a malformed value: what opens but does not parse is not guessed at.
        """
        if plaintext[:1] != self.tag:
            raise ValueError("the opened value is of another kind")
        return self.from_bytes(plaintext[1:])


def pad(plaintext: bytes, *, at_least: int = 0) -> bytes:
    """Return ``plaintext`` with an end mark and zeros, to the next multiple of 32 bytes.

    ``at_least`` is the length of the longest choice with its type byte, so that all choices look alike.
    """
    length = max(len(plaintext), at_least) + len(_END)
    return (plaintext + _END).ljust(-(-length // BLOCK_BYTES) * BLOCK_BYTES, b"\0")


def unpad(padded: bytes) -> bytes:
    """Return what was padded.

    Raise ValueError if there is no end mark.
    """
    plaintext = padded.rstrip(b"\0")
    if not plaintext.endswith(_END):
        raise ValueError("the opened value has no end mark")
    return plaintext[:-1]


def _require(value: Any, wanted: type) -> None:  # noqa: ANN401 - whatever was given
    # Exactly this type: a bool is an int and a datetime a date to isinstance, and would come back as another value.
    if type(value) is not wanted:
        raise TypeError(f"expected {wanted.__name__}, got {type(value).__name__}")


def _encode_text(value: Any) -> bytes:  # noqa: ANN401
    if not isinstance(value, str):
        _require(value, str)
    return bytes(value.encode("utf-8"))


def _encode_integer(value: Any) -> bytes:  # noqa: ANN401
    _require(value, int)
    return int(value).to_bytes(_INTEGER_BYTES, "big", signed=True)


def _decode_integer(octets: bytes) -> int:
    if len(octets) != _INTEGER_BYTES:
        raise ValueError("the opened integer has another length")
    return int.from_bytes(octets, "big", signed=True)


def _encode_date(value: Any) -> bytes:  # noqa: ANN401
    _require(value, date)
    return int(value.year).to_bytes(_YEAR_BYTES, "big") + bytes((value.month, value.day))


def _decode_date(octets: bytes) -> date:
    if len(octets) != _YEAR_BYTES + 2:
        raise ValueError("the opened date has another length")
    return date(int.from_bytes(octets[:_YEAR_BYTES], "big"), octets[2], octets[3])


def _encode_decimal(value: Any) -> bytes:  # noqa: ANN401
    _require(value, Decimal)
    # On the digits themselves: normalize() would round to the precision of whichever context is active.
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("a decimal is finite")  # noqa: TRY004 - it is a decimal, of a value that has no encoding
    written = "".join(map(str, digits))
    coefficient = written.rstrip("0")
    if not coefficient:
        if sign:
            raise ValueError("zero has no sign")
        return b"0e0"
    exponent += len(written) - len(coefficient)
    if abs(exponent) >= _EXPONENT_BOUND:
        raise ValueError("the exponent of the decimal is out of bounds")
    return f"{'-' * sign}{coefficient}e{exponent}".encode("ascii")


def _decode_decimal(octets: bytes) -> Decimal:
    if not _DECIMAL.fullmatch(octets):
        raise ValueError("the opened decimal is malformed")
    value = Decimal(octets.decode("ascii"))
    if _encode_decimal(value) != octets:
        raise ValueError("the opened decimal is not in its one form")
    return value


def _encode_bytes(value: Any) -> bytes:  # noqa: ANN401
    return bytes(memoryview(value))


def _encode_json(value: Any) -> bytes:  # noqa: ANN401
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def _decode_text(octets: bytes) -> str:
    return octets.decode("utf-8")


CODECS: Mapping[Kind, Codec] = {
    kind: Codec(bytes([kind]), to_bytes, from_bytes)
    for kind, to_bytes, from_bytes in (
        (Kind.TEXT, _encode_text, _decode_text),
        (Kind.INTEGER, _encode_integer, _decode_integer),
        (Kind.DATE, _encode_date, _decode_date),
        (Kind.BYTES, _encode_bytes, bytes),
        (Kind.JSON, _encode_json, json.loads),
        (Kind.DECIMAL, _encode_decimal, _decode_decimal),
        (Kind.NIR, pack_nir, unpack_nir),
    )
}
