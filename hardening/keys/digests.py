"""Keyed digests: what counters, logs and cookies hold in place of a name, an address or a number."""

from hardening.keys.framing import framed
from hardening.keys.macs import macs

_VERSION = "hardening digest v1"
_DIGEST_BYTES = 16


def digest(purpose: str, value: str) -> str:
    """Return 32 hex digits that stand for ``value`` in one purpose.

    Keyed, because a name or a number out of a small space is found again from any unkeyed hash. Digests of two
    purposes never meet: whoever reads two tables cannot join them on it.

    Raise KeyUnavailableError without a key ring or its broker.
    """
    return macs().mac("digest", framed(_VERSION, purpose, value))[:_DIGEST_BYTES].hex()
