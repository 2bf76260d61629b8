"""What an identity token proves: checked claim by claim, the signature first, by an algorithm that we chose (P32)."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt

from hardening.errors import Outcome
from hardening.integrations.pro_sante_connect.practices import Practice, practices_in
from hardening.integrations.pro_sante_connect.signing_keys import KINDS

CLOCKS_DIFFER = timedelta(seconds=30)
LONGEST_TOKEN = 32 * 1024

SMART_CARD = frozenset({"sc", "mfa"})
"""The card, and the PIN that it asked for."""

_NATIONAL_ID = re.compile(r"[0-9A-Z][0-9A-Za-z/_.-]{1,63}")


class Reason(StrEnum):
    """Why an answer was refused: for the operator's log, never for the page."""

    SHAPE = "shape"
    ALGORITHM = "algorithm"
    KEY = "key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    NONCE = "nonce"
    TIME = "time"
    PROOF_TIME = "auth_time"
    SUBJECT = "subject"
    CODE = "code"
    STATE = "state"


class IdentityRefused(Outcome):
    """The issuer's answer proves nothing to us; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Expected:
    """What the token must have been made for, and the present moment."""

    issuer: str
    audience: str
    nonce: str
    at: datetime
    oldest_proof: timedelta


@dataclass(frozen=True)
class Claims:
    """Who the issuer says that it is, what he showed, when, and where he works.

    ``subject`` is the issuer's internal name of the person, ``national_id`` the number by which accounts are found.
    """

    subject: str
    national_id: str
    methods: frozenset[str]
    proven_at: datetime
    practices: tuple[Practice, ...] = ()

    @property
    def is_by_card(self) -> bool:
        """Tell whether a smart card and its PIN were shown; no other word of the issuer says so (D30)."""
        return self.methods >= SMART_CARD


def key_id(token: str) -> str:
    """Return which key the token says it was signed by; nothing is verified.

    Raise IdentityRefused for what is no token, or no algorithm of ours.
    """
    return _header(token)[0]


def claims(token: str, *, keys: Mapping[str, jwt.PyJWK], expected: Expected) -> Claims:
    """Return what the token proves; ``national_id`` is empty where it does not say it.

    Raise IdentityRefused with the first reason not to believe it.
    """
    found = _signed(token, keys=keys)
    _require(found.get("iss") == expected.issuer, Reason.ISSUER)
    # One audience, ours: a token for several would be ours to use elsewhere, and theirs to use here.
    _require(found.get("aud") in (expected.audience, [expected.audience]), Reason.AUDIENCE)
    _require(found.get("azp", expected.audience) == expected.audience, Reason.AUDIENCE)
    _require(found.get("nonce") == expected.nonce and bool(expected.nonce), Reason.NONCE)
    _require_in_time(found, at=expected.at)
    subject = found.get("sub")
    _require(isinstance(subject, str) and bool(subject), Reason.SUBJECT)
    return Claims(
        subject=str(subject),
        national_id=national_id_in(found),
        methods=_methods(found.get("amr")),
        proven_at=_proven_at(found, expected=expected),
        practices=practices_in(found.get("SubjectRefPro")),
    )


def national_id_in(document: Mapping[str, Any]) -> str:
    """Return ``SubjectNameID``, or nothing where it is not said.

    Raise IdentityRefused where it is no number that a person could have.
    """
    said = document.get("SubjectNameID")
    if said is None:
        return ""
    _require(isinstance(said, str) and _NATIONAL_ID.fullmatch(said) is not None, Reason.SUBJECT)
    return str(said)


def _signed(token: str, *, keys: Mapping[str, jwt.PyJWK]) -> Mapping[str, Any]:
    identity, algorithm = _header(token)
    key = keys.get(identity)
    if key is None or key.key_type != KINDS[algorithm]:
        raise IdentityRefused(Reason.KEY)
    try:
        content = jwt.PyJWS().decode(token, key=key.key, algorithms=[algorithm])
    except jwt.InvalidTokenError as error:
        raise IdentityRefused(Reason.SIGNATURE) from error
    try:
        found = json.loads(content)
    except ValueError as error:
        raise IdentityRefused(Reason.SHAPE) from error
    _require(isinstance(found, dict), Reason.SHAPE)
    return dict(found)


def _header(token: str) -> tuple[str, str]:
    _require(len(token) <= LONGEST_TOKEN, Reason.SHAPE)
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise IdentityRefused(Reason.SHAPE) from error
    algorithm, identity = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in KINDS:
        raise IdentityRefused(Reason.ALGORITHM)
    if not isinstance(identity, str):
        raise IdentityRefused(Reason.KEY)
    return identity, algorithm


def _require_in_time(found: Mapping[str, Any], *, at: datetime) -> None:
    expires, issued = _moment(found, "exp", Reason.TIME), _moment(found, "iat", Reason.TIME)
    earliest = _moment(found, "nbf", Reason.TIME) if "nbf" in found else issued
    _require(at < expires + CLOCKS_DIFFER and max(issued, earliest) <= at + CLOCKS_DIFFER, Reason.TIME)


def _proven_at(found: Mapping[str, Any], *, expected: Expected) -> datetime:
    proven_at = _moment(found, "auth_time", Reason.PROOF_TIME)
    age = expected.at - proven_at
    _require(-CLOCKS_DIFFER <= age <= expected.oldest_proof + CLOCKS_DIFFER, Reason.PROOF_TIME)
    return proven_at


def _moment(found: Mapping[str, Any], name: str, reason: Reason) -> datetime:
    seconds = found.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise IdentityRefused(reason)
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise IdentityRefused(reason) from error


def _methods(said: object) -> frozenset[str]:
    words: Iterable[object] = said if isinstance(said, list) else ()
    return frozenset(word for word in words if isinstance(word, str))


def _require(condition: bool, reason: Reason) -> None:  # noqa: FBT001 - it is what is required
    if not condition:
        raise IdentityRefused(reason)
