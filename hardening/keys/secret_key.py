"""Whether a secret is Django's SECRET_KEY in other clothes: that one is rotated, and shown, for other reasons (C9)."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from contextlib import suppress

_LEAST_BYTES = 16
"""128 bits that agree are no chance."""


def is_made_of(secret: bytes, *, secret_keys: Iterable[str | bytes]) -> bool:
    """Tell whether ``secret`` is one of ``secret_keys``, an encoding or a SHA-2 hash of one, or 16 bytes or more of it.

    Both are read as text, hexadecimal and base64 where they are such. What a real function of key derivation made
    of one is not recognised.
    """
    forms = {form for given in secret_keys if given for form in _forms(given)}
    return any(_agree(spelt, form) for spelt in _spelt(secret) for form in forms)


def _forms(secret_key: str | bytes) -> Iterator[bytes]:
    for spelt in _spelt(secret_key.encode() if isinstance(secret_key, str) else secret_key):
        yield spelt
        for function in (hashlib.sha256, hashlib.sha384, hashlib.sha512):
            yield from _encoded(function(spelt).digest())


def _encoded(digest: bytes) -> tuple[bytes, ...]:
    return digest, digest.hex().encode(), base64.b64encode(digest)


def _spelt(secret: bytes) -> set[bytes]:
    """Return the bytes themselves, and those that they are the text of."""
    found = {secret}
    try:
        text = secret.decode("ascii").strip()
    except UnicodeDecodeError:
        return found
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    for altchars in (b"+/", b"-_"):
        with suppress(ValueError):
            found.add(base64.b64decode(padded, altchars=altchars, validate=True))
    with suppress(ValueError):
        found.add(bytes.fromhex(text))
    return {spelt for spelt in found if spelt}


def _agree(secret: bytes, form: bytes) -> bool:
    if hmac.compare_digest(secret, form):
        return True
    # A root has 32 bytes: a longer key was cut at one end for it, a shorter one filled up with zeros.
    length = min(len(secret.rstrip(b"\0")), len(form))
    if length < _LEAST_BYTES:
        return False
    return hmac.compare_digest(secret[:length], form[:length]) or hmac.compare_digest(secret[-length:], form[-length:])
