"""One-time codes (RFC 6238): what counts as one, and which step of time it belongs to."""

import base64
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from django_otp import oath

STEP = timedelta(seconds=30)
DIGITS = 6
TOLERANCE = 1
"""Steps accepted on either side of the present one: a phone may be 30 s off, and typing takes time."""

SEED_BYTES = 20
"""160 bits, the length of the HMAC that RFC 4226 asks for."""

NEVER = -1
"""The last accepted step of an authenticator that has not been used."""

_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


@dataclass(frozen=True)
class Match:
    """A code that belongs to the step ``counter``; a replay when that step, or a later one, was already accepted."""

    counter: int
    is_replay: bool


def read_code(text: str) -> str | None:
    """Return the six ASCII digits that ``text`` spells, or None.

    Spaces are dropped, since phones show "123 456" and people paste it. Anything else is strict: int() would take
    "+12345", "1_2345" and Arabic-Indic digits, so that one code had many spellings and slipped past a replay
    marker kept by string.
    """
    code = "".join(unicodedata.normalize("NFKC", text).split())
    return code if _CODE.fullmatch(code) else None


def step_at(moment: datetime) -> int:
    """Return the number of the 30-second step that ``moment`` lies in."""
    return int(moment.timestamp()) // int(STEP.total_seconds())


def code_at(seed: bytes, *, counter: int) -> str:
    """Return the code of a step."""
    return f"{oath.hotp(seed, counter, DIGITS):0{DIGITS}d}"


def match(seed: bytes, code: str, *, at: datetime, last_counter: int) -> Match | None:
    """Return the latest step around ``at`` that ``code`` belongs to, or None.

    Replay is decided by the step, never by the code's spelling: a step at or before ``last_counter`` has been used
    up, and with it every earlier one. Every step of the window is computed and compared in constant time, so that
    the answer takes as long for a late code as for a wrong one.
    """
    present = step_at(at)
    steps = range(present - TOLERANCE, present + TOLERANCE + 1)
    matching = [step for step in steps if hmac.compare_digest(code_at(seed, counter=step).encode(), code.encode())]
    if not matching:
        return None
    # The latest: were two steps to share a code, accepting the earlier would leave the later one for a thief.
    return Match(counter=matching[-1], is_replay=matching[-1] <= last_counter)


def spell_seed(seed: bytes) -> str:
    """Return the seed as people type it into an application that cannot scan: base32 in groups of four."""
    text = base64.b32encode(seed).decode("ascii").rstrip("=").lower()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def provisioning_uri(seed: bytes, *, issuer: str, label: str) -> str:
    """Return the otpauth address that a QR code carries; it holds the seed, so it belongs in no log."""
    secret = base64.b32encode(seed).decode("ascii").rstrip("=")
    parameters = {"secret": secret, "issuer": issuer, "digits": DIGITS, "period": int(STEP.total_seconds())}
    return f"otpauth://totp/{quote(issuer)}:{quote(label)}?{urlencode(parameters, quote_via=quote)}"
