"""The sealed blob: its layout and the associated data that ties it to its place (D2, D4)."""

from enum import IntEnum, IntFlag
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag

from hardening.errors import DecryptionError
from hardening.keys.framing import framed

VERSION = "hardening sealed v1"
HEADER_BYTES = 4
INDEX_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16

_LENGTHS = tuple(length.to_bytes(2, "big") for length in range(1 << 8))
"""The prefixes of usual lengths, packed once: every value asks for two."""


class Suite(IntEnum):
    """Byte 0: version 1 and the cipher.

    0x80 to 0xBF never start UTF-8 text, so that a clear value is never taken for a sealed one. 0x93 is kept for
    XAES-256-GCM.
    """

    AES_256_GCM = 0x91
    AES_256_GCM_SIV = 0x92


class Flag(IntFlag):
    """Byte 1: what stands between the header and the nonce, and whether the plaintext is padded."""

    INDEX = 1
    """The blind index of the whole value."""
    SECOND_INDEX = 2
    """All indexes stand there twice: an index key is being rotated."""
    PADDED = 4
    PART = 8
    """This and the next bit are a number: how many indexes of declared parts there are."""
    TWO_PARTS = 16
    ODD_INDEX_KEY = 32
    """The id of the key that the first indexes are made with is odd: two keys in succession differ in it."""


MOST_PARTS = 3
_KNOWN = sum(Flag)
_PARTS = int(Flag.PART | Flag.TWO_PARTS)
KEY_FORM = int(Flag.SECOND_INDEX | Flag.ODD_INDEX_KEY)
"""What flags say of the index keys. A column's values may differ in it, and in the number of their parts."""


class Cipher(Protocol):
    """An AEAD of the cryptography library under one key."""

    def encrypt(self, nonce: Any, data: Any, associated_data: Any) -> bytes:  # noqa: ANN401 - buffers
        """Return ciphertext and tag."""

    def decrypt(self, nonce: Any, data: Any, associated_data: Any) -> bytes:  # noqa: ANN401 - buffers
        """Return the plaintext, or raise InvalidTag."""


def header(suite: Suite, flags: Flag, *, key_id: int) -> bytes:
    """Return the first four bytes of a blob."""
    return bytes((suite, flags)) + key_id.to_bytes(2, "big")


def parse_header(octets: bytes) -> tuple[Suite, Flag, int]:
    """Return the suite, the flags and the key id of a blob.

    Raise ValueError for a header that this version never writes.
    """
    if len(octets) < HEADER_BYTES:
        raise ValueError("shorter than a header")
    flags = octets[1]
    if flags > _KNOWN or (flags & KEY_FORM and not index_count(flags)):
        raise ValueError("unknown flags")
    return Suite(octets[0]), Flag(flags), int.from_bytes(octets[2:HEADER_BYTES], "big")


def index_count(flags: int) -> int:
    """Return how many indexes a value has under one key: that of the whole value, then those of its parts."""
    return (flags & 1) + ((flags >> 3) & MOST_PARTS)


def nonce_position(flags: int) -> int:
    """Return where the nonce starts, after the header and the indexes that the flags announce."""
    sets = 1 + ((flags >> 1) & 1)
    return HEADER_BYTES + sets * index_count(flags) * INDEX_BYTES


def index_forms(flags: int) -> tuple[int, ...]:
    """Return the flags that a value of a column with these may have, whichever keys its indexes are made with."""
    if not index_count(flags):
        return (flags,)
    return tuple(flags | form for form in (0, Flag.SECOND_INDEX, Flag.ODD_INDEX_KEY, KEY_FORM))


def part_forms(flags: int) -> tuple[int, ...]:
    """Return these flags with every number of part indexes from theirs down to none.

    Values that were sealed before a part was declared keep fewer until they are rewritten.
    """
    return tuple(flags & ~_PARTS | parts << 3 for parts in range((flags & _PARTS) >> 3, -1, -1))


def forms_with_part(part: int, *, beside_whole: bool) -> tuple[int, ...]:
    """Return the flags of all values that carry the index of their ``part``-th part, from 1, at its one position.

    ``beside_whole`` says whether the index of the whole value stands before it.
    """
    return tuple(flags for flags in range(_KNOWN + 1) if (flags & 1) == beside_whole and (flags & _PARTS) >> 3 >= part)


def indexes_of(blob: bytes, *, slot: int = 0) -> tuple[bytes, ...]:
    """Return the indexes that a blob carries in one slot: one, or two while an index key is rotated.

    Slot 0 is that of the whole value where there is one. They are only as true as the tag.
    """
    step = index_count(blob[1]) * INDEX_BYTES
    first = HEADER_BYTES + slot * INDEX_BYTES
    return tuple(blob[at : at + INDEX_BYTES] for at in range(first, nonce_position(blob[1]), step))


def overhead(flags: int) -> int:
    """Return how many bytes a blob with these flags has beyond its plaintext."""
    return nonce_position(flags) + NONCE_BYTES + TAG_BYTES


def field_data(head: bytes, field_id: str) -> bytes:
    """Return the part of the associated data that is the same for all rows: version to field id."""
    return framed(VERSION, head[:1], head[1:2], head[2:4], field_id)


def associated_data(field: bytes, binding: bytes, indexes: bytes) -> bytes:
    """Return what is authenticated beside the ciphertext: the field's part, the row's binding, the indexes.

    Every part stands behind its length, as ``framed`` would put it: a value moved to another row, column or
    index never has the bytes that it was sealed with.

    Raise OverflowError for a binding of 64 KiB or more.
    """
    size = len(binding)
    length = _LENGTHS[size] if size < len(_LENGTHS) else size.to_bytes(2, "big")
    return b"".join((field, length, binding, _LENGTHS[len(indexes)], indexes))


# Names for every part would cost each value a tenth of its time: the three functions here take parts by position too.


def seal_with_nonce(  # noqa: PLR0913, PLR0917 - the parts of the format
    cipher: Cipher, plaintext: bytes, head: bytes, field: bytes, binding: bytes, indexes: bytes, nonce: bytes
) -> bytes:
    """Return the blob for these exact parts. A nonce is used once: callers draw it from the system's generator."""
    sealed = cipher.encrypt(nonce, plaintext, associated_data(field, binding, indexes))
    return b"".join((head, indexes, nonce, sealed))


def open_blob(cipher: Cipher, blob: bytes, nonce_at: int, field: bytes, binding: bytes) -> bytes:
    """Return the plaintext of a blob, padding included; ``nonce_at`` is where its header says the nonce starts.

    Raise DecryptionError if one byte of blob, field or binding is not what it was sealed with.
    """
    text_at = nonce_at + NONCE_BYTES
    data = associated_data(field, binding, blob[HEADER_BYTES:nonce_at])
    try:
        return cipher.decrypt(blob[nonce_at:text_at], blob[text_at:], data)
    except (InvalidTag, ValueError):
        # ValueError: too short for a nonce or a tag.
        raise DecryptionError("a sealed value does not open") from None
