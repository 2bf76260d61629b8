"""What fields ask of keys: operations, never key bytes, so that a broker in another process can stand behind them."""

import os
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from hardening.encryption.envelope import (
    HEADER_BYTES,
    INDEX_BYTES,
    NONCE_BYTES,
    Cipher,
    Flag,
    Suite,
    field_data,
    header,
    nonce_position,
    open_blob,
    parse_header,
    seal_with_nonce,
)
from hardening.errors import DecryptionError, KeyUnavailableError
from hardening.keys.macs import broker_client
from hardening.keys.ring import KeyRing, key_ring

CIPHERS: dict[Suite, type[AESGCM | AESGCMSIV]] = {Suite.AES_256_GCM: AESGCM, Suite.AES_256_GCM_SIV: AESGCMSIV}


@dataclass(frozen=True, eq=False)
class Place:
    """Where values are sealed: one field, for good. Compared by identity, since every operation looks it up."""

    field_id: str
    suite: Suite
    flags: Flag
    index_domain: str
    """Fields with one domain share an index key and can be joined; the name ends with the normaliser's version."""


class Operations(Protocol):
    """Seal, open, index: all that a field may have done with keys."""

    def seal(self, plaintext: bytes, *, place: Place, binding: bytes, normal: bytes | None) -> bytes:
        """Return the blob of ``plaintext`` for one row; ``normal`` is what its blind index is made of."""

    def open(self, blob: bytes, *, place: Place, binding: bytes) -> bytes:
        """Return the plaintext, or raise DecryptionError."""

    def index(self, normal: bytes, *, place: Place) -> bytes:
        """Return the blind index of a normal form."""


class LocalOperations:
    """The operations inside this process, with the keys of its ring.

    Ciphers are kept per field and key. They hold no nonces: each nonce is drawn from the system when it is
    used, so that forked workers never repeat one (C20).
    """

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._sealers: dict[Place, tuple[Cipher, bytes, bytes]] = {}
        self._openers: dict[tuple[Place, bytes], tuple[Cipher, bytes, int]] = {}
        self._indexes: dict[Place, HMAC] = {}

    def seal(self, plaintext: bytes, *, place: Place, binding: bytes, normal: bytes | None) -> bytes:
        """Return the blob of ``plaintext`` under the primary key."""
        cipher, head, field = self._sealers.get(place) or self._sealer(place)
        indexes = b"" if normal is None else self.index(normal, place=place)
        nonce = os.urandom(NONCE_BYTES)
        return seal_with_nonce(cipher, plaintext, head=head, field=field, binding=binding, indexes=indexes, nonce=nonce)

    def open(self, blob: bytes, *, place: Place, binding: bytes) -> bytes:
        """Return the plaintext; the key id in the header decides which key is tried, and no other is."""
        head = blob[:HEADER_BYTES]
        cipher, field, nonce_at = self._openers.get((place, head)) or self._opener(place, head)
        return open_blob(cipher, blob, nonce_at=nonce_at, field=field, binding=binding)

    def reseal(self, blob: bytes, *, place: Place, binding: bytes) -> bytes:
        """Return the same value under the primary key, with the flags and indexes that it has; no clear value leaves.

        Raise DecryptionError for what does not open here: it is never given a new and valid tag.
        """
        plaintext = self.open(blob, place=place, binding=binding)
        _, flags, _ = parse_header(blob)
        head = header(place.suite, flags, key_id=self.ring.primary_id("encryption"))
        cipher, field, nonce_at = self._openers.get((place, head)) or self._opener(place, head)
        indexes = blob[HEADER_BYTES:nonce_at]
        nonce = os.urandom(NONCE_BYTES)
        return seal_with_nonce(cipher, plaintext, head=head, field=field, binding=binding, indexes=indexes, nonce=nonce)

    def index(self, normal: bytes, *, place: Place) -> bytes:
        """Return the first 128 bits of HMAC-SHA-256 under the index key of the place's domain."""
        base = self._indexes.get(place) or self._indexes.setdefault(place, self._index(place))
        mac = base.copy()
        mac.update(normal)
        return mac.finalize()[:INDEX_BYTES]

    def _sealer(self, place: Place) -> tuple[Cipher, bytes, bytes]:
        head = header(place.suite, place.flags, key_id=self.ring.primary_id("encryption"))
        cipher, field, _ = self._opener(place, head)
        return self._sealers.setdefault(place, (cipher, head, field))

    def _opener(self, place: Place, head: bytes) -> tuple[Cipher, bytes, int]:
        try:
            suite, flags, key_id = parse_header(head)
            # The suite is part of the purpose: one key never serves two ciphers.
            key = self.ring.derive("encryption", key_id=key_id, purpose=f"seal {suite:#x}", context=place.field_id)
        except (ValueError, KeyUnavailableError):
            raise DecryptionError(f"a sealed value of {place.field_id} does not open: no key for its header") from None
        opener = (CIPHERS[suite](key), field_data(head, place.field_id), nonce_position(flags))
        return self._openers.setdefault((place, head), opener)

    def _index(self, place: Place) -> HMAC:
        key_id = self.ring.primary_id("index")
        key = self.ring.derive("index", key_id=key_id, purpose="index", context=place.index_domain)
        return HMAC(key, SHA256())


def operations() -> Operations:
    """Return the operations of this process.

    With a key broker they are its (D41), and this process reads no key file.

    Raise KeyUnavailableError while the key ring cannot be used.
    """
    client = broker_client()
    if client is not None:
        from hardening.encryption.broker.operations import BrokerOperations  # noqa: PLC0415 - it knows Place

        return BrokerOperations(client)
    ring = key_ring()
    current = _process.operations
    if current is None or current.ring is not ring:
        current = _process.operations = LocalOperations(ring)
    return current


class _Process:
    operations: LocalOperations | None = None


_process = _Process()
