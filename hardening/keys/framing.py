"""Bytes joined so that they can be told apart again."""

_LENGTH_BYTES = 2


def framed(*parts: bytes | str) -> bytes:
    """Return the parts, each behind its length in two bytes; text as UTF-8.

    What is keyed or authenticated must name one tuple of parts and no other: joined bare,
    ("bob1", "1.2.3.4") and ("bob", "11.2.3.4") would be the same message.

    Raise OverflowError for a part of 64 KiB or more.
    """
    octets = (part.encode() if isinstance(part, str) else part for part in parts)
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in octets)
