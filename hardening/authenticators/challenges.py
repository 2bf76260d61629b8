"""Hand out challenges under this installation's key, and take each back once."""

import secrets

from hardening import clock
from hardening.authenticators.answer import CeremonyRefused, Reason
from hardening.authenticators.challenge import LIFETIME, NONCE_BYTES, Purpose, is_ours, new_challenge
from hardening.authenticators.spent import spend
from hardening.clients import Client
from hardening.events import ChallengeReplayed, emit
from hardening.keys.macs import macs

_KEYSET = "digest"


def ask(purpose: Purpose, *, account: str, binding: str) -> bytes:
    """Return a new challenge; nothing is written.

    Raise KeyUnavailableError without a key, and ValueError without a binding: such a challenge could be carried
    from one browser to another.
    """
    if not binding:
        raise ValueError("a challenge is bound to one browser")
    nonce = secrets.token_bytes(NONCE_BYTES)
    return new_challenge(purpose=purpose, account=account, binding=binding, at=clock.now(), nonce=nonce, mac=_mac)


def take_back(challenge: bytes, *, purpose: Purpose, account: str, binding: str, client: Client | None) -> None:
    """Use the challenge up, before anything of its answer is verified: a refused answer has had its chance too (P4).

    Raise CeremonyRefused for one that is not ours, not this browser's, late, or used before; the last is told.
    """
    # First the digest, then the table: a stranger with made-up challenges writes nothing.
    if not is_ours(challenge, purpose=purpose, account=account, binding=binding, at=clock.now(), mac=_mac):
        raise CeremonyRefused(Reason.CHALLENGE)
    if not spend(challenge, lifetime=LIFETIME):
        emit(ChallengeReplayed(at=clock.now(), account=account, client=client, purpose=purpose.value))
        raise CeremonyRefused(Reason.REPLAYED)


def _mac(message: bytes) -> bytes:
    return macs().mac(_KEYSET, message)
