"""The key ring of this process: keys by id, and what may be computed with them."""

from collections.abc import Iterable
from typing import NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from django.core.signals import setting_changed

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.derivation import derive_key
from hardening.keys.key_file import Key, KeyState
from hardening.keys.key_store import read_keys


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
    """Return the verified ring of this process; the first call reads the key file and the database.

    Raise KeyUnavailableError, on every call until it is mended, if the file is missing or wrong or if the
    database knows these keys otherwise: a process with a wrong key stops before it writes.
    """
    return _process.ring or _adopt_verified()


def adopt_key_ring(ring: KeyRing) -> None:
    """Make ``ring`` the one of this process as it is (test suites, and programs that have no database)."""
    _process.ring = ring


def forget_key_ring() -> None:
    """Drop the ring of this process; the next use reads and verifies the key file again."""
    _process.ring = None


class _Process:
    """What this process holds. Two threads that verify at once both adopt the same content."""

    ring: KeyRing | None = None


_process = _Process()


def _adopt_verified() -> KeyRing:
    from hardening.keys.verification import require_known_keys  # noqa: PLC0415 - needs the app registry

    ring = KeyRing(read_keys())
    require_known_keys(ring.keys)
    _process.ring = ring
    return ring


def _forget(*, setting: str, **_: object) -> None:
    if setting == KeysSettings.setting_name():
        forget_key_ring()


setting_changed.connect(_forget, dispatch_uid="hardening.keys.ring")
