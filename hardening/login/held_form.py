"""A form that met a step-up, on its way through the browser that sent it (D23): what it is, and for how long."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(minutes=5)
"""As long as the proof that it waits for counts as fresh."""

LARGEST = 16 * 1024
"""Bytes, as sealed. A form of a portal has a few hundred; a larger one is filled in again."""

NONCE_BYTES = 16

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HeldForm:
    """The fields of one form as they were posted, in their order, to one view by one session.

    ``path`` is with its query. ``nonce`` is random: the form is sent on once.
    """

    session: str
    path: str
    view: str
    fields: Fields
    at: datetime
    nonce: bytes

    def __repr__(self) -> str:
        """Leave what was typed out of tracebacks and logs."""
        return f"HeldForm(view={self.view!r})"

    def as_bytes(self) -> bytes:
        """Return the form to be sealed."""
        said = [self.session, self.path, self.view, self.at.isoformat(), self.nonce.hex(), list(self.fields)]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    def is_for(self, *, session: str, at: datetime) -> bool:
        """Tell whether this session sent it, at most five minutes ago. Its single use is counted by whoever asks."""
        return bool(session) and session == self.session and timedelta(0) <= at - self.at <= LIFETIME


def read(opened: bytes) -> HeldForm:
    """Return the form whose bytes were opened. They are our own: nobody else can seal.

    Raise ValueError for bytes of another version.
    """
    try:
        session, path, view, at, nonce, fields = json.loads(opened)
        typed = tuple((str(name), str(value)) for name, value in fields)
        return HeldForm(session, path, view, typed, datetime.fromisoformat(at), bytes.fromhex(nonce))
    except (TypeError, KeyError) as malformed:
        raise ValueError("no held form") from malformed
