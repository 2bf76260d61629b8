"""What fields ask of keys: operations, never key bytes, so that a broker in another process can stand behind them."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from hardening.encryption.envelope import (
    HEADER_BYTES,
    INDEX_BYTES,
    KEY_FORM,
    NONCE_BYTES,
    Cipher,
    Flag,
    Suite,
    field_data,
    header,
    index_count,
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
    """As the field declares them, without those of a rotation."""
    index_domains: tuple[str, ...] = ()
    """One for each index that the flags announce. Places with one domain share an index key and can be joined; its
    name ends with the normaliser's version."""

    def __post_init__(self) -> None:
        if len(self.index_domains) != index_count(self.flags) or self.flags & KEY_FORM:
            raise ValueError(f"{self.field_id}: its flags announce other indexes")


class Operations(Protocol):
    """Seal, open, index: all that a field may have done with keys."""

    def seal(self, plaintext: bytes, *, place: Place, binding: bytes, normals: tuple[bytes, ...] = ()) -> bytes:
        """Return the blob of ``plaintext`` for one row; ``normals`` are what its blind indexes are made of."""

    def open(self, blob: bytes, *, place: Place, binding: bytes) -> bytes:
        """Return the plaintext, or raise DecryptionError."""

    def indexes(self, normal: bytes, *, place: Place, slot: int = 0) -> tuple[bytes, ...]:
        """Return the blind indexes to look for: one, or during a rotation of the index key that of each key."""

    def head(self, place: Place) -> bytes:
        """Return the header that a value sealed now gets: what bears another one is not up to date."""

    def is_last_compared(self) -> bool:
        """Tell whether columns are compared by the last index of each value, as towards the end of a rotation."""


class _Sealer(NamedTuple):
    """What sealing in one place takes."""

    cipher: Cipher
    head: bytes
    field: bytes
    macs: tuple[HMAC, ...]
    """Of all indexes, in the order of the blob."""


class LocalOperations:
    """The operations inside this process, with the keys of its ring.

    Ciphers are kept per field and key. They hold no nonces: each nonce is drawn from the system when it is
    used, so that forked workers never repeat one (C20).
    """

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._sealers: dict[Place, _Sealer] = {}
        self._openers: dict[Place, dict[bytes, tuple[Cipher, bytes, int]]] = {}
        self._macs: dict[tuple[str, int], HMAC] = {}

    def seal(self, plaintext: bytes, *, place: Place, binding: bytes, normals: tuple[bytes, ...] = ()) -> bytes:
        """Return the blob of ``plaintext`` under the primary key.

        Raise ValueError for another number of normal forms than the place has indexes.
        """
        cipher, head, field, macs = self._sealers.get(place) or self._sealer(place)
        if len(normals) != len(place.index_domains):
            raise ValueError(f"{place.field_id} has {len(place.index_domains)} indexes")
        indexes = _index(macs[0], normals[0]) if len(macs) == 1 else _indexes(macs, normals)
        return seal_with_nonce(cipher, plaintext, head, field, binding, indexes, os.urandom(NONCE_BYTES))

    def open(self, blob: bytes, *, place: Place, binding: bytes) -> bytes:
        """Return the plaintext; the key id in the header decides which key is tried, and no other is."""
        try:
            cipher, field, nonce_at = self._openers[place][blob[:HEADER_BYTES]]
        except KeyError:
            cipher, field, nonce_at = self._opener(place, blob[:HEADER_BYTES])
        return open_blob(cipher, blob, nonce_at, field, binding)

    def reseal(self, blob: bytes, *, place: Place, binding: bytes) -> bytes:
        """Return the same value under the primary key, with the flags and indexes that it has; no clear value leaves.

        Raise DecryptionError for what does not open here: it is never given a new and valid tag.
        """
        cipher, field, nonce_at = self._opener(place, blob[:HEADER_BYTES])
        plaintext = open_blob(cipher, blob, nonce_at, field, binding)
        indexes = blob[HEADER_BYTES:nonce_at]
        cipher, head, field, _ = self._sealers.get(place) or self._sealer(place)
        if blob[1] != head[1]:
            head = head[:1] + blob[1:2] + head[2:]
            cipher, field, _ = self._opener(place, head)
        return seal_with_nonce(cipher, plaintext, head, field, binding, indexes, os.urandom(NONCE_BYTES))

    def head(self, place: Place) -> bytes:
        """Return the header that a value sealed now gets: what bears another one is not up to date."""
        return (self._sealers.get(place) or self._sealer(place)).head

    def indexes(self, normal: bytes, *, place: Place, slot: int = 0) -> tuple[bytes, ...]:
        """Return the first 128 bits of HMAC-SHA-256 under each index key in force, the primary one first."""
        domain = place.index_domains[slot]
        macs = (
            self._macs.get((domain, key_id)) or self._mac(domain, key_id) for key_id in self.ring.index_keys.looking
        )
        return tuple(_index(mac, normal) for mac in macs)

    def indexes_of_form(self, normals: tuple[bytes, ...], *, place: Place, flags: int) -> bytes:
        """Return the indexes that a true blob with these flags carries.

        Raise KeyUnavailableError if no key in force makes indexes of this form.
        """
        if not normals:
            return b""
        odd = bool(flags & Flag.ODD_INDEX_KEY)
        of_parity = {bool(key_id & 1): key_id for key_id in self.ring.index_keys.looking}
        wanted = (odd, not odd) if flags & Flag.SECOND_INDEX else (odd,)
        try:
            keys = [of_parity[parity] for parity in wanted]
        except KeyError:
            raise KeyUnavailableError(f"{place.field_id}: an index of a key that is not in force") from None
        return _indexes(self._place_macs(place, keys), normals)

    def is_last_compared(self) -> bool:
        """Tell whether columns are compared by the last index of each value."""
        return self.ring.index_keys.is_last_compared

    def _sealer(self, place: Place) -> _Sealer:
        flags = place.flags
        keys = self.ring.index_keys.writing if place.index_domains else ()
        flags |= Flag.ODD_INDEX_KEY if keys and keys[0] & 1 else Flag(0)
        flags |= Flag.SECOND_INDEX if len(keys) > 1 else Flag(0)
        head = header(place.suite, flags, key_id=self.ring.primary_id("encryption"))
        cipher, field, _ = self._opener(place, head)
        return self._sealers.setdefault(place, _Sealer(cipher, head, field, self._place_macs(place, keys)))

    def _opener(self, place: Place, head: bytes) -> tuple[Cipher, bytes, int]:
        opener = self._openers.get(place, {}).get(head)
        if opener is not None:
            return opener
        try:
            suite, flags, key_id = parse_header(head)
            # The suite is part of the purpose: one key never serves two ciphers.
            key = self.ring.derive("encryption", key_id=key_id, purpose=f"seal {suite:#x}", context=place.field_id)
        except (ValueError, KeyUnavailableError):
            raise DecryptionError(f"a sealed value of {place.field_id} does not open: no key for its header") from None
        opener = (CIPHERS[suite](key), field_data(head, place.field_id), nonce_position(flags))
        return self._openers.setdefault(place, {}).setdefault(head, opener)

    def _place_macs(self, place: Place, keys: Iterable[int]) -> tuple[HMAC, ...]:
        return tuple(self._mac(domain, key_id) for key_id in keys for domain in place.index_domains)

    def _mac(self, domain: str, key_id: int) -> HMAC:
        mac = self._macs.get((domain, key_id))
        if mac is None:
            key = self.ring.derive("index", key_id=key_id, purpose="index", context=domain)
            mac = self._macs.setdefault((domain, key_id), HMAC(key, SHA256()))
        return mac


def _indexes(macs: tuple[HMAC, ...], normals: tuple[bytes, ...]) -> bytes:
    """Return the indexes under these keys, for as many keys as there are rounds of the normal forms."""
    return b"".join([_index(base, normal) for base, normal in zip(macs, cycle(normals), strict=False)])


def _index(base: HMAC, normal: bytes) -> bytes:
    mac = base.copy()
    mac.update(normal)
    return mac.finalize()[:INDEX_BYTES]


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
