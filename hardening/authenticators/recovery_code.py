"""Recovery codes: ten on a sheet of paper, each good for one request to recover the account."""

import secrets

from hardening.authenticators import spelling
from hardening.keys.framing import framed

COUNT = 10
SYMBOLS = 16
"""80 bits: NIST SP 800-63B-4 asks for 64, and four groups of four are as easy to type."""

LOW = 3
"""From here on the owner is told to print new ones."""

_PURPOSE = "hardening recovery code v1"


def new_code() -> str:
    """Return a fresh code, without its hyphens."""
    return spelling.spell(secrets.randbits(SYMBOLS * spelling.BITS_PER_SYMBOL), symbols=SYMBOLS)


def read(text: str) -> str | None:
    """Return the code as it is digested, or None when ``text`` is not shaped like one."""
    return spelling.read(text, symbols=SYMBOLS)


def message(code: str, *, account: str) -> bytes:
    """Return the bytes that a keyed digest is taken of.

    A slow hash is for secrets that can be guessed: 80 random bits cannot, and ten salted argon2 hashes would have to
    be tried for each attempt, half a second of work that a stranger could order. What a dump would allow is one
    search against every code of every account at once; the key, which is not in the database, and the account under
    the digest stop that.
    """
    return framed(_PURPOSE, account, code)
