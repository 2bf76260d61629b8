"""The rows of a binary COPY, resealed without being decoded: all but bindings and blobs passes through as bytes."""

from collections.abc import Callable, Sequence
from struct import Struct
from uuid import UUID

from hardening.encryption.binding import encode_binding

HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
"""What a binary COPY begins with: signature, no flags, no extension."""
END = b"\xff\xff"
_length_at = Struct("!i").unpack_from
_packed_length = Struct("!i").pack
_NULL = _packed_length(-1)
_LENGTH_BYTES = 4
_COUNT_BYTES = 2

Reseal = Callable[[int, bytes, bytes], bytes]
"""From the number of a sealed column, its blob and the row's binding to the blob that shall stand there."""


def _whole_number(octets: bytes) -> int:
    return int.from_bytes(octets, "big", signed=True)


BINDINGS: dict[str, Callable[[bytes], UUID | str | int]] = {
    "uuid": lambda octets: UUID(bytes=octets),
    "smallint": _whole_number,
    "integer": _whole_number,
    "bigint": _whole_number,
    "text": bytes.decode,
    "character varying": bytes.decode,
}
"""The types that a binding may have, and how PostgreSQL sends them."""


def binding_reader(kind: str) -> Callable[[bytes], bytes]:
    """Return how a column of this type is encoded as a binding."""
    if kind == "uuid":
        return b"u".__add__  # what encode_binding does, without an object for each row
    read = BINDINGS[kind]
    return lambda octets: encode_binding(read(octets))


def _as_it_is(octets: bytes) -> bytes:
    return octets


class RowLayout:
    """Where bindings and blobs stand in a row: first the columns ``bindings``, then the sealed ones, then the rest."""

    def __init__(self, bindings: Sequence[str], *, bound_to: Sequence[int]) -> None:
        """``bindings`` are types; ``bound_to`` says for each sealed column which of them its values are bound to."""
        self._readers = [binding_reader(kind) if kind in BINDINGS else _as_it_is for kind in bindings]
        self._numbered = tuple(enumerate(bound_to))

    def reseal(self, row: bytes, with_: Reseal) -> bytes:
        """Return the row with its blobs as ``with_`` makes them; the very same object where none changed."""
        at = _COUNT_BYTES
        bindings = []
        for read in self._readers:
            (length,) = _length_at(row, at)
            at += _LENGTH_BYTES
            end = at + max(length, 0)
            bindings.append(read(row[at:end]))
            at = end
        parts = [row[:at]]
        changed = False
        for number, bound in self._numbered:
            (length,) = _length_at(row, at)
            at += _LENGTH_BYTES
            if length < 0:
                parts.append(_NULL)
                continue
            blob = row[at : at + length]
            at += length
            fresh = with_(number, blob, bindings[bound])
            changed = changed or fresh is not blob
            parts += (_packed_length(len(fresh)), fresh)
        if not changed:
            return row
        parts.append(row[at:])
        return b"".join(parts)

    def first(self, row: bytes) -> bytes:
        """Return the first column's bytes: the primary key's."""
        (length,) = _length_at(row, _COUNT_BYTES)
        return row[_COUNT_BYTES + _LENGTH_BYTES :][: max(length, 0)]
