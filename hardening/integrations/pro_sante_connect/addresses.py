"""Addresses at which an issuer may be spoken to."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_private(address: str) -> bool:
    """Tell whether nobody on the way reads or changes what is sent to ``address``.

    That is https, or plain http to this machine itself. An address with a name and password, a fragment or an
    impossible port is none.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
