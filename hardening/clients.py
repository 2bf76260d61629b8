"""Where a request comes from, as coarse as the rules need it."""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import ClassVar

from django.http import HttpRequest

from hardening.addresses import Network, forwarded_address, network_of, parse_address
from hardening.browsers import browser_family
from hardening.conf import ConfigurationError, DomainSettings


@dataclass(frozen=True)
class Client:
    """The far end of a request.

    ``address`` is the address of the client itself; ``network`` its /24 (IPv4) or /64 (IPv6), which is what is
    counted and kept: an attacker owns a whole /64. ``browser`` is the family and system, never the full string.
    """

    address: str
    network: str
    browser: str = ""


@dataclass(frozen=True, kw_only=True)
class ClientSettings(DomainSettings):
    """``HARDENING_CLIENTS``: which proxies stand before the portal."""

    domain: ClassVar[str] = "CLIENTS"

    trusted_proxies: tuple[str, ...] = ()
    """Networks of our own proxies, such as ``("10.0.3.0/29",)``; default none. Their X-Forwarded-For is believed,
    so a network that holds anything else lets its hosts choose the address they are counted under."""

    trusts_unix_socket: bool = False
    """Whether a request without a peer address (a Unix socket) comes from our own proxy; default no."""

    def __post_init__(self) -> None:
        """Refuse networks that do not parse, and one that would trust the whole world."""
        for text in self.trusted_proxies:
            if _network(text).prefixlen == 0:
                raise ConfigurationError(
                    f"HARDENING_CLIENTS['trusted_proxies'] holds {text!r}: every client could choose its own address"
                )

    @property
    def trusted_networks(self) -> tuple[Network, ...]:
        """Return the proxies' networks, parsed."""
        return tuple(_network(text) for text in self.trusted_proxies)


_UNIX_SOCKET = "127.0.0.1"
"""Stands for the peer of a Unix socket, so that one rule walks every list."""


def client_of(request: HttpRequest) -> Client:
    """Return the far end of ``request``; without any peer address, a client with empty address and network."""
    settings = ClientSettings.load()
    trusted = settings.trusted_networks
    peer = parse_address(request.META.get("REMOTE_ADDR", ""))
    if peer is None and settings.trusts_unix_socket:
        peer = parse_address(_UNIX_SOCKET)
        trusted = (*trusted, _network(_UNIX_SOCKET))
    browser = browser_family(request.META.get("HTTP_USER_AGENT", ""))
    if peer is None:
        return Client(address="", network="", browser=browser)
    address = forwarded_address(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""), trusted=trusted)
    return Client(address=str(address), network=network_of(address), browser=browser)


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ConfigurationError(f"HARDENING_CLIENTS['trusted_proxies'] holds {text!r}, which is no network") from error
