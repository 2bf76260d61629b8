"""The challenge of a passkey ceremony: made, and known again, without being kept anywhere until it is answered."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from hardening.keys.framing import framed

LIFETIME = timedelta(minutes=5)
"""Long enough to look for the key in a drawer; at exactly five minutes a challenge still lives."""

SKEW = timedelta(seconds=30)
"""How far the clock of another of our servers, which made the challenge, may be ahead."""

NONCE_BYTES = 16
"""128 bits: no two challenges are ever the same, so that a digest of one can be used up."""

_TIME_BYTES = 4
_MAC_BYTES = 16
CHALLENGE_BYTES = NONCE_BYTES + _TIME_BYTES + _MAC_BYTES

_VERSION = "hardening challenge v1"

Mac = Callable[[bytes], bytes]
"""A keyed digest of at least 128 bits; the key stays with whoever gives it."""


class Purpose(StrEnum):
    """What a ceremony is for; an answer to one is no answer to another (P4)."""

    LOGIN = "login"
    STEP_UP = "step_up"
    BINDING = "binding"


def new_challenge(  # noqa: PLR0913 - each is one thing that a challenge is bound to
    *, purpose: Purpose, account: str, binding: str, at: datetime, nonce: bytes, mac: Mac
) -> bytes:
    """Return a challenge for one purpose, account and browser, made at ``at``.

    It carries its own time and keyed digest: asking for one writes nothing, so that a stranger who reloads the login
    page fills no table (R9). ``account`` is empty where nobody is known yet. ``binding`` is a secret that only this
    browser sends, or the name of its session: an answer that a relay carries elsewhere belongs to no challenge there.
    """
    made_at = int(at.timestamp()).to_bytes(_TIME_BYTES, "big")
    return nonce + made_at + _tag(nonce, made_at, purpose=purpose, account=account, binding=binding, mac=mac)


def is_ours(  # noqa: PLR0913 - likewise
    challenge: bytes, *, purpose: Purpose, account: str, binding: str, at: datetime, mac: Mac
) -> bool:
    """Tell whether a challenge was made here, for this purpose, account and browser, at most five minutes ago.

    Whether it was answered before is not said here: its digest is used up once, by whoever asks first.
    """
    if len(challenge) != CHALLENGE_BYTES or not binding:
        return False
    nonce, rest = challenge[:NONCE_BYTES], challenge[NONCE_BYTES:]
    made_at, tag = rest[:_TIME_BYTES], rest[_TIME_BYTES:]
    expected = _tag(nonce, made_at, purpose=purpose, account=account, binding=binding, mac=mac)
    age = int(at.timestamp()) - int.from_bytes(made_at, "big")
    is_live = -SKEW.total_seconds() <= age <= LIFETIME.total_seconds()
    return hmac.compare_digest(tag, expected) and is_live


def _tag(  # noqa: PLR0913 - likewise
    nonce: bytes, made_at: bytes, *, purpose: Purpose, account: str, binding: str, mac: Mac
) -> bytes:
    return mac(framed(_VERSION, purpose.value, account, binding, nonce, made_at))[:_MAC_BYTES]
