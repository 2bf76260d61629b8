"""The key ring of this process: keys by id, and what may be computed with them."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from django.core.signals import setting_changed
from django.db import Error

from hardening.errors import KeyUnavailableError
from hardening.keys.busy import is_default_busy
from hardening.keys.conf import KeysSettings
from hardening.keys.derivation import derive_key
from hardening.keys.key_file import Key, KeyState
from hardening.keys.key_store import Identity, read_keys, store_identity
from hardening.keys.succession import Succession, succession

if TYPE_CHECKING:
    from hardening.keys.models import KeyRecord

States = tuple[tuple[int, str], ...]

logger = logging.getLogger("hardening.keys")

_LOOK_SECONDS = 1.0
ASK_SECONDS = 10.0
"""After how long every process that uses keys knows their states, also on a host whose file is old."""
_SPENT = frozenset({KeyState.RETIRED.value, KeyState.DESTROYED.value})


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
    new ring: a promotion reaches every process without a restart (C8). Every ten seconds it asks the database as
    well, since the file of another host may never be written. A new ring that does not verify is logged, and the old
    one goes on; but under a key that the database calls retired or destroyed it seals nothing more.

    Raise KeyUnavailableError, on every call until it is mended, if there is no ring yet and the store is missing or
    wrong or the database knows these keys otherwise: a process with a wrong key stops before it writes.
    """
    ring = _process.ring
    if ring is not None:
        now = monotonic()
        return ring if now < _process.look_at else _look_again(ring, now)
    if is_default_busy():
        raise KeyUnavailableError("the first use of keys is in the midst of a COPY; call require_keys() before it")
    return _adopt_verified()


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
    complained_of: tuple[Identity | None, States] | None = None
    ask_at = 0.0
    asked: States = ()
    """The states of all keys in the database, as of the last asking."""


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
    now = monotonic()
    _process.look_at, _process.ask_at, _process.asked = now + _LOOK_SECONDS, now + ASK_SECONDS, _states(records)
    _process.ring = ring
    return ring


def _look_again(ring: KeyRing, now: float) -> KeyRing:
    if _is_in_event_loop():
        return ring  # it can ask nothing, and must not take the turn of a thread that can
    if is_default_busy():
        return ring  # in the midst of a COPY that is fed with sealed values: another statement would wait for its end
    _process.look_at = now + _LOOK_SECONDS
    identity = store_identity()
    try:
        if not _ask(now) and identity == _process.seen:
            return ring
        return _adopt_verified()
    except (KeyUnavailableError, Error) as error:
        ring = _process.ring = _without_spent(ring)
        if (identity, _process.asked) != _process.complained_of:
            _process.complained_of = identity, _process.asked
            logger.error("the new key ring is not used, the old one goes on: %s", error)  # noqa: TRY400 - frames hold roots
        return ring


def _is_in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _ask(now: float) -> bool:
    """Tell whether the database has changed the state of a key since it was asked last."""
    from hardening.keys import verification  # noqa: PLC0415 - needs the app registry

    if now < _process.ask_at:
        return False
    try:
        states = _states(verification.known_records())
    except Error:
        return False  # asked again at the next look: nothing can be stored meanwhile either
    before, _process.asked, _process.ask_at = _process.asked, states, now + ASK_SECONDS
    return before != states


def _states(records: "Iterable[KeyRecord]") -> States:
    return tuple((record.pk, record.state) for record in records)


def _without_spent(ring: KeyRing) -> KeyRing:
    """Return a ring that opens what it opened, and seals with no key of which nobody expects new values."""
    spent = {key_id for key_id, state in _process.asked if state in _SPENT}
    if not any(key.id in spent and key.state is not KeyState.RETIRED for key in ring.keys):
        return ring
    # A host whose file was not copied: what it sealed now would be lost when the key is destroyed.
    return KeyRing(replace(key, state=KeyState.RETIRED) if key.id in spent else key for key in ring.keys)


def _forget(*, setting: str, **_: object) -> None:
    if setting == KeysSettings.setting_name():
        forget_key_ring()


setting_changed.connect(_forget, dispatch_uid="hardening.keys.ring")
