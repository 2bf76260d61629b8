"""What a counter is kept under: the parts of its name, joined so that no two names meet."""

from collections.abc import Callable
from uuid import UUID

Digest = Callable[[str], str]
"""A keyed digest of 128 bits in hexadecimal: a stolen table tells neither names nor addresses."""


def unknown_browsers(name: str, *, digest: Digest) -> UUID:
    """Return the key of the bucket that all unknown browsers share for one (normal) name."""
    return _key("unknown browsers", name, digest=digest)


def known_browser(name: str, series: str, *, digest: Digest) -> UUID:
    """Return the key of one known browser's own bucket: strangers' failures never reach it (P9)."""
    return _key("known browser", name, series, digest=digest)


def address(network: str, *, digest: Digest) -> UUID:
    """Return the key of the bucket of one /24 or /64."""
    return _key("address", network, digest=digest)


def joined(*parts: str) -> str:
    """Return the parts as one text from which they could be read back.

    Length-prefixed: ("bob1", "1.2.3.4") and ("bob", "11.2.3.4") must not share a counter, or one account's
    failures would lock out another (R14). The limit is no part of it, so that changing it frees nobody (R15).
    """
    return "".join(f"{len(part)}:{part}" for part in parts)


def _key(*parts: str, digest: Digest) -> UUID:
    return UUID(hex=digest(joined(*parts)))
