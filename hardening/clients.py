"""Where a request comes from, as coarse as the rules need it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Client:
    """The far end of a request.

    ``address`` is the address of the client itself; ``network`` its /24 (IPv4) or /64 (IPv6), which is what is
    counted and kept: an attacker owns a whole /64. ``browser`` is the family and system, never the full string.
    """

    address: str
    network: str
    browser: str = ""
