"""One login under way at the issuer: three values out of one secret, which stays in the browser that began it."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from hardening.keys.framing import framed

LIFETIME = timedelta(minutes=10)
"""Long enough to find the card and its PIN."""

_PURPOSE = "hardening pro_sante_connect v1"
_SECRET_BYTES = 32


@dataclass(frozen=True)
class Flow:
    """What the browser keeps. ``state`` goes through addresses and logs, and tells nothing of the other two."""

    secret: str
    began_at: datetime
    next: str = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(began_at={self.began_at!r})"

    @property
    def state(self) -> str:
        """Return what ties the issuer's answer to this browser."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Return what ties the identity token to this login."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Return the secret of PKCE: whoever steals the code on its way cannot redeem it."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """Return what the issuer is told of the verifier (RFC 7636, S256)."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    @property
    def expires_at(self) -> datetime:
        """Return when this login is over; at that moment it is."""
        return self.began_at + LIFETIME

    def answers(self, state: str, *, at: datetime) -> bool:
        """Tell whether ``state`` is this login's, and in time."""
        is_ours = compare_digest(self.state.encode(), state.encode(errors="replace"))
        return is_ours and self.began_at <= at < self.expires_at

    def as_json(self) -> dict[str, str]:
        """Return what the cookie holds."""
        return {"secret": self.secret, "began_at": self.began_at.isoformat(), "next": self.next}

    def _derived(self, word: str) -> str:
        return _text(hashlib.sha256(framed(_PURPOSE, word, self.secret)).digest())


def begin(*, at: datetime, target: str = "") -> Flow:
    """Return a new login, which goes on to ``target`` afterwards."""
    return Flow(secret=secrets.token_urlsafe(_SECRET_BYTES), began_at=at, next=target)


def read(kept: Any) -> Flow | None:  # noqa: ANN401 - whatever a cookie held
    """Return the login that a cookie holds, or None for anything else."""
    try:
        flow = Flow(secret=kept["secret"], began_at=datetime.fromisoformat(kept["began_at"]), next=kept["next"])
    except (KeyError, TypeError, ValueError):
        return None
    is_sound = isinstance(flow.secret, str) and isinstance(flow.next, str) and flow.began_at.tzinfo is not None
    return flow if is_sound else None


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
