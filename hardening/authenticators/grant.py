"""Enrolment grants: the single-use permission that a phished password cannot give."""

import hashlib
import secrets
from datetime import timedelta

from hardening.authenticators import spelling
from hardening.keys.framing import framed

SYMBOLS = 28
"""140 bits, in seven groups of four."""

LIFETIME = timedelta(hours=72)
"""Handed over by an administrator: long enough for a weekend, short enough that a lost letter is worthless soon."""

_PURPOSE = "hardening enrolment grant v1"


def new_code() -> str:
    """Return a fresh code, without its hyphens."""
    return spelling.spell(secrets.randbits(SYMBOLS * spelling.BITS_PER_SYMBOL), symbols=SYMBOLS)


def read(text: str) -> str | None:
    """Return the code as it is hashed, or None when ``text`` is not shaped like one."""
    return spelling.read(text, symbols=SYMBOLS)


def fingerprint(code: str, *, account: str) -> str:
    """Return the hash that is stored and looked up, different for every account.

    140 random bits need neither a slow hash nor a key: nobody finds them from SHA-256, for one account or for all.
    """
    return hashlib.sha256(framed(_PURPOSE, account, code)).hexdigest()
