"""The rows of a binary COPY, resealed without being decoded: all but bindings and blobs passes through as bytes."""

from collections.abc import Callable, Sequence
from struct import Struct
from uuid import UUID

from hardening.encryption.binding import encode_binding

HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
"""What a binary COPY begins with: signature, no flags, no extension."""
END = b"\xff\xff"
_LENGTH = Struct("!i")
_NULL = _LENGTH.pack(-1)
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


class RowLayout:
    """Where bindings and blobs stand in a row: first the columns ``bindings``, then the sealed ones, then the rest."""

    def __init__(self, bindings: Sequence[str], *, bound_to: Sequence[int]) -> None:
        """``bindings`` are types; ``bound_to`` says for each sealed column which of them its values are bound to."""
        self._readers = [binding_reader(kind) if kind in BINDINGS else bytes for kind in bindings]
        self._bound_to = tuple(bound_to)
        self._leading = len(bindings)

    def reseal(self, row: bytes, with_: Reseal) -> bytes:
        """Return the row with its blobs as ``with_`` makes them; the very same object where none changed."""
        bindings, at = _fields(row, _COUNT_BYTES, self._leading)
        blobs, rest = _fields(row, at, len(self._bound_to))
        parts = [row[:at]]
        changed = False
        for number, blob in enumerate(blobs):
            if blob is None:
                parts.append(_NULL)
                continue
            bound = self._bound_to[number]
            fresh = with_(number, blob, self._readers[bound](bindings[bound] or b""))
            changed = changed or fresh is not blob
            parts += (_LENGTH.pack(len(fresh)), fresh)
        if not changed:
            return row
        parts.append(row[rest:])
        return b"".join(parts)

    def first(self, row: bytes) -> bytes:
        """Return the first column's bytes: the primary key's."""
        return _fields(row, _COUNT_BYTES, 1)[0][0] or b""


def _fields(row: bytes, at: int, count: int) -> tuple[list[bytes | None], int]:
    found: list[bytes | None] = []
    for _ in range(count):
        (length,) = _LENGTH.unpack_from(row, at)
        at += 4
        if length < 0:
            found.append(None)
        else:
            found.append(row[at : at + length])
            at += length
    return found, at
