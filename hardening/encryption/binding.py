"""The bytes that stand for a row in the associated data."""

from uuid import UUID

_UUID_BYTES = 16


def encode_binding(key: object) -> bytes:
    """Return the one encoding of the key that a row is bound to: a UUID, a text or a number.

    The first byte tells the types apart: the text "7" and the number 7 are two rows.

    Raise TypeError for anything else.
    """
    if type(key) is UUID:
        return b"u" + key.int.to_bytes(_UUID_BYTES, "big")
    if isinstance(key, str):
        return b"s" + key.encode("utf-8")
    if type(key) is int:
        return b"i" + str(key).encode("ascii")
    raise TypeError(f"a row cannot be bound to a {type(key).__name__}")
