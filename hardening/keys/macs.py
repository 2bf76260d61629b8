"""Keyed digests for whoever needs no key bytes: from this process's ring, or from the key broker."""

from pathlib import Path
from typing import Protocol

from hardening.keys.broker.client import BrokerClient
from hardening.keys.conf import KeysSettings
from hardening.keys.ring import key_ring


class Macs(Protocol):
    """What digests, pseudonyms and the pepper ask of keys."""

    def primary_id(self, keyset: str) -> int:
        """Return the id of the key that new values of the keyset are made with."""

    def mac(self, keyset: str, message: bytes, *, key_id: int | None = None) -> bytes:
        """Return HMAC-SHA-256 of ``message`` under the primary key of the keyset, or the given key."""


def macs() -> Macs:
    """Return what makes keyed digests in this process: the broker if it has one, else its ring.

    Raise KeyUnavailableError while the ring cannot be used; a broker that is down raises when it is asked.
    """
    return broker_client() or key_ring()


def broker_client() -> BrokerClient | None:
    """Return the client of this process's broker, or None if it has none."""
    settings = KeysSettings.load()
    path = settings.broker()
    if path is None:
        return None
    wanted = (path, settings.broker_timeout.total_seconds())
    client = _process.clients.get(wanted)
    return client or _process.clients.setdefault(wanted, BrokerClient(path, seconds=wanted[1]))


def require_keys() -> None:
    """Return if this process can use keys: its ring is verified, or its broker answers.

    Raise KeyUnavailableError otherwise: servers call this before they answer anybody (D5).
    """
    macs().primary_id("encryption")


class _Process:
    clients: dict[tuple[Path, float], BrokerClient]

    def __init__(self) -> None:
        self.clients = {}


_process = _Process()
