"""The secret of a mailed reset link: a kernel."""

import hashlib
import secrets

from hardening.authenticators import spelling

SYMBOLS = 28
"""140 bits: found by no guess, and typed from the mail by those whose browser runs no script."""

_PURPOSE = b"hardening reset link v1:"


def new_code() -> str:
    """Return a fresh code, without its hyphens."""
    return spelling.spell(secrets.randbits(SYMBOLS * spelling.BITS_PER_SYMBOL), symbols=SYMBOLS)


def read(text: str) -> str | None:
    """Return the code as it is hashed, or None when ``text`` is not shaped like one."""
    return spelling.read(text, symbols=SYMBOLS)


def fingerprint(code: str) -> str:
    """Return the hash that is stored and looked up: a dump of the table resets nobody's password."""
    return hashlib.sha256(_PURPOSE + code.encode()).hexdigest()
