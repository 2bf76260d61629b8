"""What a browser posts after a passkey ceremony: read strictly, or refused, before anything in it is believed."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hardening.errors import Outcome

LONGEST_ANSWER = 64 * 1024
"""Characters. A chain of attestation certificates takes some 10,000; whatever is longer is no answer of a browser."""

LONGEST_ID = 1023
"""Bytes of a credential id, the limit of WebAuthn itself."""

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_TRANSPORT = re.compile(r"[a-z-]{1,32}")
_TRANSPORTS_AT_MOST = 8


class Reason(StrEnum):
    """Why an answer was refused: for the operator's log, never for the page."""

    MALFORMED = "malformed"
    CHALLENGE = "challenge"
    REPLAYED = "replayed"
    KIND = "kind"
    ORIGIN = "origin"
    FRAMED = "framed"
    RELYING_PARTY = "relying_party"
    USER_ABSENT = "user_absent"
    USER_NOT_VERIFIED = "user_not_verified"
    USER_HANDLE = "user_handle"
    FLAGS = "flags"
    SIGNATURE = "signature"
    ALGORITHM = "algorithm"
    COUNTER = "counter"
    ATTESTATION = "attestation"
    MODEL = "model"
    SYNCED = "synced"
    DISABLED = "disabled"
    BOUND_ALREADY = "bound_already"
    TOO_MANY = "too_many"


class CeremonyRefused(Outcome):
    """The answer proves nothing. ``reason`` is for the operator; whoever sent it learns only that it failed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class ClientData:
    """What the browser says of the ceremony; ``raw`` is what the authenticator signed."""

    raw: bytes
    kind: str
    challenge: bytes
    origin: str
    is_framed: bool


@dataclass(frozen=True)
class Assertion:
    """An answer to "show that you hold a passkey"."""

    credential_id: bytes
    client_data: ClientData
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes | None


@dataclass(frozen=True)
class Registration:
    """An answer to "make a passkey"."""

    credential_id: bytes
    client_data: ClientData
    attestation_object: bytes
    transports: tuple[str, ...]


def read_assertion(text: str) -> Assertion:
    """Return the assertion that ``text`` spells in JSON (WebAuthn's AuthenticationResponseJSON).

    Raise CeremonyRefused for anything else.
    """
    whole = _credential(text)
    response = _mapping(whole, "response")
    handle = response.get("userHandle")
    return Assertion(
        credential_id=_credential_id(whole),
        client_data=_client_data(response),
        authenticator_data=_octets(response, "authenticatorData"),
        signature=_octets(response, "signature"),
        user_handle=None if handle is None else _octets(response, "userHandle"),
    )


def read_registration(text: str) -> Registration:
    """Return the registration that ``text`` spells in JSON (WebAuthn's RegistrationResponseJSON).

    Raise CeremonyRefused for anything else.
    """
    whole = _credential(text)
    response = _mapping(whole, "response")
    named = response.get("transports", [])
    transports = tuple(one for one in named if isinstance(one, str) and _TRANSPORT.fullmatch(one))
    return Registration(
        credential_id=_credential_id(whole),
        client_data=_client_data(response),
        attestation_object=_octets(response, "attestationObject"),
        transports=transports[:_TRANSPORTS_AT_MOST],
    )


def in_base64url(octets: bytes) -> str:
    """Return the spelling of WebAuthn's JSON: base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _credential(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST_ANSWER:
        raise CeremonyRefused(Reason.MALFORMED)
    whole = _parsed(text)
    if whole.get("type") != "public-key":
        raise CeremonyRefused(Reason.MALFORMED)
    return whole


def _credential_id(whole: Mapping[str, Any]) -> bytes:
    found = _octets(whole, "rawId")
    if whole.get("id") != whole["rawId"] or not 0 < len(found) <= LONGEST_ID:
        raise CeremonyRefused(Reason.MALFORMED)
    return found


def _client_data(response: Mapping[str, Any]) -> ClientData:
    raw = _octets(response, "clientDataJSON")
    try:
        stated = _parsed(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise CeremonyRefused(Reason.MALFORMED) from None
    kind, origin = stated.get("type"), stated.get("origin")
    if not isinstance(kind, str) or not isinstance(origin, str):
        raise CeremonyRefused(Reason.MALFORMED)
    # Absent or false, and nothing else: whatever another value may mean, it does not mean "in a page of its own".
    is_framed = stated.get("crossOrigin", False) is not False or "topOrigin" in stated
    return ClientData(raw=raw, kind=kind, challenge=_octets(stated, "challenge"), origin=origin, is_framed=is_framed)


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise CeremonyRefused(Reason.MALFORMED) from None
    if not isinstance(whole, dict):
        raise CeremonyRefused(Reason.MALFORMED)
    return whole


def _mapping(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    if not isinstance(found, dict):
        raise CeremonyRefused(Reason.MALFORMED)
    return found


def _octets(whole: Mapping[str, Any], name: str) -> bytes:
    """Return what a field spells in base64url; one value has one spelling, so that no altered text passes."""
    spelled = whole.get(name)
    if not isinstance(spelled, str) or not _BASE64URL.fullmatch(spelled) or len(spelled) % 4 == 1:
        raise CeremonyRefused(Reason.MALFORMED)
    octets = base64.urlsafe_b64decode(spelled + "=" * (-len(spelled) % 4))
    if in_base64url(octets) != spelled:
        raise CeremonyRefused(Reason.MALFORMED)
    return octets
