"""What is made of a root: field keys, the check value that names it, the canary that proves it."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from hardening.keys.framing import framed

ROOT_BYTES = 32
CHECK_HEX_DIGITS = 16

_VERSION = "hardening key v1"
_NONCE_BYTES = 12
_CANARY = b"hardening canary"


def derive_key(root: bytes, *, key_id: int, purpose: str, context: str) -> bytes:
    """Return the 32-byte key that ``root`` gives for one purpose and one context (a field, a table of digests).

    HKDF-SHA-256 without its extract step, since a root is 32 uniform bytes. Two purposes, contexts or ids
    never share a key: what leaks with one opens nothing of another.
    """
    info = framed(_VERSION, purpose, context, key_id.to_bytes(2, "big"))
    return HKDFExpand(algorithm=SHA256(), length=ROOT_BYTES, info=info).derive(root)


def check_value(root: bytes, *, key_id: int, keyset: str) -> str:
    """Return the 16 hex digits that say which key this is without telling anything about it."""
    return derive_key(root, key_id=key_id, purpose="check", context=keyset).hex()[:CHECK_HEX_DIGITS]


def seal_canary(root: bytes, *, key_id: int, keyset: str) -> bytes:
    """Return a known message sealed under the key, to be opened before the key is used."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _canary_cipher(root, key_id, keyset).encrypt(nonce, _CANARY, framed(_VERSION, keyset))


def opens_canary(canary: bytes, root: bytes, *, key_id: int, keyset: str) -> bool:
    """Tell whether this is the key that sealed the canary."""
    nonce, sealed = canary[:_NONCE_BYTES], canary[_NONCE_BYTES:]
    try:
        opened = _canary_cipher(root, key_id, keyset).decrypt(nonce, sealed, framed(_VERSION, keyset))
    except (InvalidTag, ValueError):
        return False
    return opened == _CANARY


def _canary_cipher(root: bytes, key_id: int, keyset: str) -> AESGCM:
    return AESGCM(derive_key(root, key_id=key_id, purpose="canary", context=keyset))
