"""Where a request really comes from: addresses, networks, and which forwarded hop to believe."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_COUNTED_BITS = {4: 24, 6: 64}
"""A customer of any provider owns a whole /64; the neighbours in a /24 are what a thief rents together."""

_LONGEST_HOP = 64
"""More than ``[`` 45 characters of IPv6, a zone, ``]:65535``: anything longer is no address."""


def parse_address(text: str) -> Address | None:
    """Return the address in ``text``, or None when there is none.

    A port, brackets and a zone are dropped, and an IPv4 address mapped into IPv6 is the IPv4 address: one
    client must not have two counters (R4).
    """
    text = text.strip()
    if not text or len(text) > _LONGEST_HOP:
        return None
    try:
        address = ip_address(_without_port(text).partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def network_of(address: Address) -> str:
    """Return the network that is counted: the /24 of an IPv4 address, the /64 of an IPv6 one."""
    return str(ip_network((address, _COUNTED_BITS[address.version]), strict=False))


def forwarded_address(peer: Address, forwarded: str, *, trusted: Sequence[Network]) -> Address:
    """Return the address of the client behind ``peer``, given the X-Forwarded-For it sent.

    Every proxy appends the address it saw, so only the right end is written by ours: the list is walked from
    the right while the speaker is trusted. The left end is whatever the client wrote, and is never believed
    over a hop of ours (P13, R3). A hop that is no address makes the whole list worthless: the peer counts.
    """
    client = peer
    for hop in reversed(forwarded.split(",")) if forwarded else ():
        if not is_trusted(client, trusted=trusted):
            return client
        parsed = parse_address(hop)
        if parsed is None:
            return peer
        client = parsed
    return client


def is_trusted(address: Address, *, trusted: Sequence[Network]) -> bool:
    """Tell whether ``address`` is one of our own proxies."""
    return any(address.version == network.version and address in network for network in trusted)


def _without_port(text: str) -> str:
    if text.startswith("["):
        inside, bracket, rest = text[1:].partition("]")
        return inside if bracket and _is_port(rest) else text
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host if _is_port(":" + port) else text
    return text


def _is_port(text: str) -> bool:
    return not text or (text[0] == ":" and text[1:].isdecimal() and text[1:].isascii())
