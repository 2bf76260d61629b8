"""The floor: AES-256-GCM and HMAC-SHA-256 of the cryptography library, with no field and no format around them."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from benchmarks.encryption.contestants import Sample
from benchmarks.encryption.people import key_of, nir_of
from benchmarks.encryption.steps import Steps, Stopwatch

_NONCE_BYTES, _INDEX_BYTES = 12, 16


class Floor(Steps):
    """A nonce from the system, one sealing bound to the row's key, one keyed digest; and one opening."""

    def __init__(self, *, rows: int) -> None:
        self._rows = [(nir_of(number).encode(), key_of(number).bytes) for number in range(rows)]
        self._cipher, self._mac = AESGCM(os.urandom(32)), HMAC(os.urandom(32), SHA256())
        self._sealed: list[tuple[bytes, bytes, bytes]] = []

    def seal(self) -> Sample:
        """Seal and index every number."""
        cipher, base, sealed = self._cipher, self._mac, []
        with Stopwatch() as stopwatch:
            for number, row in self._rows:
                mac = base.copy()
                mac.update(number)
                index = mac.finalize()[:_INDEX_BYTES]
                nonce = os.urandom(_NONCE_BYTES)
                sealed.append((nonce, cipher.encrypt(nonce, number, row + index), row + index))
        self._sealed = sealed
        return stopwatch.sample(count=len(sealed))

    def open(self) -> Sample:
        """Open what was sealed last."""
        cipher = self._cipher
        with Stopwatch() as stopwatch:
            for nonce, ciphertext, data in self._sealed:
                cipher.decrypt(nonce, ciphertext, data)
        return stopwatch.sample(count=len(self._sealed))
