"""Keyed digests for whoever needs no key bytes: from this process's ring, or from the key broker."""

from typing import Protocol

from django.core.signals import setting_changed

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
    """Return the client of this process's broker, or None if it has none; chosen once, since each value asks."""
    if not _process.has_chosen:
        settings = KeysSettings.load()
        path = settings.broker()
        _process.client = BrokerClient(path, seconds=settings.broker_timeout.total_seconds()) if path else None
        _process.has_chosen = True
    return _process.client


def forget_broker() -> None:
    """Choose anew at the next use, and hang up."""
    client, _process.client, _process.has_chosen = _process.client, None, False
    if client is not None:
        client.close()


def require_keys() -> None:
    """Return if this process can use keys: its ring is verified, or its broker answers.

    Raise KeyUnavailableError otherwise: servers call this before they answer anybody (D5).
    """
    macs().primary_id("encryption")


class _Process:
    has_chosen: bool = False
    client: BrokerClient | None = None


_process = _Process()


def _forget(*, setting: str, **_: object) -> None:
    if setting == KeysSettings.setting_name():
        forget_broker()


setting_changed.connect(_forget, dispatch_uid="hardening.keys.macs")
