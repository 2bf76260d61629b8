"""The key ring of this process: keys by id, and what may be computed with them."""

import logging
from collections.abc import Iterable
from functools import cached_property
from math import inf
from time import monotonic
from typing import NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from django.core.exceptions import SynchronousOnlyOperation
from django.core.signals import setting_changed
from django.db import DatabaseError

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.derivation import derive_key
from hardening.keys.key_file import Key, KeyState
from hardening.keys.key_store import Identity, read_keys, store_identity
from hardening.keys.succession import Succession, succession

logger = logging.getLogger("hardening.keys")

_LOOK_SECONDS = 1.0


class KeyRing:
    """The keys of one file. It never changes, so that threads and forked workers share it without a lock."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        self._by_id = {key.id: key for key in self.keys}
        self._primary = {key.keyset: key.id for key in self.keys if key.state is KeyState.PRIMARY}
        self._macs: dict[int, HMAC] = {}

    def __repr__(self) -> str:
        return f"<KeyRing {', '.join(f'{key.keyset} {key.id} {key.state}' for key in self.keys)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key ring does not leave its process")

    def primary_id(self, keyset: str) -> int:
        """Return the id of the key that new values of this keyset are made with.

        Raise KeyUnavailableError for an unknown keyset.
        """
        try:
            return self._primary[keyset]
        except KeyError:
            raise KeyUnavailableError(f"the key ring has no keyset {keyset!r}") from None

    @cached_property
    def index_keys(self) -> Succession:
        """Return the index keys in force.

        Raise KeyUnavailableError for a ring without one.
        """
        try:
            return succession(self.keys)
        except ValueError as error:
            raise KeyUnavailableError(f"{error}") from None

    def has_key(self, keyset: str, key_id: int) -> bool:
        """Tell whether the ring has this key, in this keyset."""
        key = self._by_id.get(key_id)
        return key is not None and key.keyset == keyset

    def derive(self, keyset: str, *, key_id: int, purpose: str, context: str) -> bytes:
        """Return the 32-byte key of one purpose and context under this key.

        Raise KeyUnavailableError if the ring has no such key, or has it in another keyset.
        """
        return derive_key(self._root(keyset, key_id), key_id=key_id, purpose=purpose, context=context)

    def mac(self, keyset: str, message: bytes, *, key_id: int | None = None) -> bytes:
        """Return HMAC-SHA-256 (32 bytes) of ``message`` under the primary key of the keyset, or the given key.

        Raise KeyUnavailableError if the ring has no such key, or has it in another keyset.
        """
        wanted = self.primary_id(keyset) if key_id is None else key_id
        root = self._root(keyset, wanted)
        base = self._macs.get(wanted)
        if base is None:
            key = derive_key(root, key_id=wanted, purpose="mac", context=keyset)
            base = self._macs.setdefault(wanted, HMAC(key, SHA256()))
        mac = base.copy()
        mac.update(message)
        return mac.finalize()

    def _root(self, keyset: str, key_id: int) -> bytes:
        key = self._by_id.get(key_id)
        if key is None or key.keyset != keyset:
            raise KeyUnavailableError(f"key {key_id} of keyset {keyset!r} is not in the key ring")
        return key.root


def key_ring() -> KeyRing:
    """Return the verified ring of this process; the first call reads the key store and the database.

    Once a second, at most, a call looks whether the store has been written since, and then verifies and adopts the
    new ring: a promotion reaches every process without a restart (C8). A new ring that does not verify is logged,
    and the old one goes on.

    Raise KeyUnavailableError, on every call until it is mended, if there is no ring yet and the store is missing or
    wrong or the database knows these keys otherwise: a process with a wrong key stops before it writes.
    """
    ring = _process.ring
    if ring is not None and monotonic() < _process.look_at:
        return ring
    return _adopt_verified() if ring is None else _look_again(ring)


def adopt_key_ring(ring: KeyRing) -> None:
    """Make ``ring`` the one of this process as it is (test suites, and programs that have no database)."""
    _process.ring, _process.look_at = ring, inf


def forget_key_ring() -> None:
    """Drop the ring of this process; the next use reads and verifies the key store again."""
    _process.ring = None


class _Process:
    """What this process holds. No lock: two threads that verify at once adopt the same content, or look again."""

    ring: KeyRing | None = None
    look_at = 0.0
    """When the store is looked at next; never, for a ring that was given."""
    seen: Identity | None = None
    """The store that the ring is of; None while store and database are not yet of one mind."""
    complained_of: Identity | None = None


_process = _Process()


def _adopt_verified() -> KeyRing:
    from hardening.keys import verification  # noqa: PLC0415 - needs the app registry

    identity = store_identity()  # before the reading: what is written meanwhile is then found at the next look
    keys, records = read_keys(), verification.known_records()
    verification.require_known_keys(keys, records)
    ring = KeyRing(verification.with_known_states(keys, records))
    if _process.ring is not None and _process.ring.keys == ring.keys:
        ring = _process.ring  # ciphers are kept for as long as the ring is the same object
    # A change is in the database before it is in the store. A transaction that still sees the rows of before must
    # not be the last that looks.
    _process.seen = None if verification.unfinished(keys, records) else identity
    _process.look_at = monotonic() + _LOOK_SECONDS
    _process.ring = ring
    return ring


def _look_again(ring: KeyRing) -> KeyRing:
    _process.look_at = monotonic() + _LOOK_SECONDS
    identity = store_identity()
    try:
        return ring if identity == _process.seen else _adopt_verified()
    except (KeyUnavailableError, DatabaseError, SynchronousOnlyOperation) as error:
        if identity != _process.complained_of:
            _process.complained_of = identity
            logger.error("the new key ring is not used, the old one goes on: %s", error)  # noqa: TRY400 - frames hold roots
        return ring


def _forget(*, setting: str, **_: object) -> None:
    if setting == KeysSettings.setting_name():
        forget_key_ring()


setting_changed.connect(_forget, dispatch_uid="hardening.keys.ring")
