"""Verify the answer of a passkey ceremony. ``fido2`` parses and checks signatures; every comparison stands here."""

import hmac
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AttestationObject, AuthenticatorData

from hardening.authenticators.answer import (
    Assertion,
    CeremonyRefused,
    ClientData,
    Reason,
    Registration,
)
from hardening.authenticators.attestation import NONE, require_vouched
from hardening.authenticators.authenticator_policy import NOBODY, AuthenticatorPolicy, require_allowed

ES256, EDDSA, RS256 = -7, -8, -257
ALGORITHMS = (ES256, EDDSA, RS256)
"""COSE numbers, preferred first: elliptic curves of phones and keys, RSA of older Windows computers."""

_CREATE, _GET = "webauthn.create", "webauthn.get"
_KEY_TYPES = {ES256: 2, EDDSA: 1, RS256: 3}
_RSA_BITS_AT_LEAST = 2048

_FORGED = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, struct.error)
"""What parsers raise for bytes that no authenticator made."""


@dataclass(frozen=True)
class Relying:
    """Who asks: the domain that passkeys are bound to, and the exact origins that may ask for them (P19)."""

    rp_id: str
    name: str
    origins: frozenset[str]


@dataclass(frozen=True)
class Asserted:
    """A passkey was shown, with its user verified. The count is still to be compared, in one statement."""

    sign_count: int
    is_backed_up: bool


@dataclass(frozen=True)
class Registered:
    """A passkey was made, with its user verified. ``aaguid`` is the model that was vouched for, else nobody's."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: UUID
    attestation: str
    is_backup_eligible: bool
    is_backed_up: bool
    transports: tuple[str, ...]


def verify_assertion(
    answer: Assertion, *, challenge: bytes, relying: Relying, public_key: bytes, is_backup_eligible: bool
) -> Asserted:
    """Return what an assertion proves of the passkey with ``public_key`` (COSE, as stored).

    Raise CeremonyRefused with the first reason that applies.
    """
    _require_client(answer.client_data, kind=_GET, challenge=challenge, relying=relying)
    with _reading():
        data = AuthenticatorData(answer.authenticator_data)
        key = CoseKey.parse(_cose(public_key))
    _require_flags(data, relying=relying)
    # Whether a passkey can be copied is settled when it is made: one that changes its mind is another one.
    if data.is_backup_eligible() is not is_backup_eligible:
        raise CeremonyRefused(Reason.FLAGS)
    _require_signature(key, answer.authenticator_data + sha256(answer.client_data.raw).digest(), answer.signature)
    return Asserted(sign_count=data.counter, is_backed_up=data.is_backed_up())


def verify_registration(
    answer: Registration, *, challenge: bytes, relying: Relying, policy: AuthenticatorPolicy
) -> Registered:
    """Return the passkey that a registration brings, if the policy lets such a one in.

    Raise CeremonyRefused with the first reason that applies.
    """
    _require_client(answer.client_data, kind=_CREATE, challenge=challenge, relying=relying)
    with _reading():
        attestation = AttestationObject(answer.attestation_object)
        data = attestation.auth_data
        credential = data.credential_data
    _require_flags(data, relying=relying)
    if credential is None or credential.credential_id != answer.credential_id:
        raise CeremonyRefused(Reason.MALFORMED)
    _require_key(credential.public_key)
    is_attested = policy.needs_attestation or bool(policy.allowed_models)
    if is_attested:
        require_vouched(attestation, client_data_hash=sha256(answer.client_data.raw).digest(), roots=policy.roots)
    # Without an attestation the number was chosen by whoever posted it: it is not even kept (P17).
    model = UUID(bytes=bytes(credential.aaguid)) if is_attested else NOBODY
    is_synced = data.is_backup_eligible()
    require_allowed(model=model, is_attested=is_attested, is_backup_eligible=is_synced, policy=policy)
    return Registered(
        credential_id=credential.credential_id,
        public_key=cbor.encode(credential.public_key),
        sign_count=data.counter,
        aaguid=model,
        attestation=attestation.fmt if is_attested else NONE,
        is_backup_eligible=is_synced,
        is_backed_up=data.is_backed_up(),
        transports=answer.transports,
    )


def _require_client(client: ClientData, *, kind: str, challenge: bytes, relying: Relying) -> None:
    if client.kind != kind:
        raise CeremonyRefused(Reason.KIND)
    if not hmac.compare_digest(client.challenge, challenge):
        raise CeremonyRefused(Reason.CHALLENGE)
    # Exact: no prefix, no sub-domain, no other port. The reply of a relay names the relay (P19).
    if client.origin not in relying.origins:
        raise CeremonyRefused(Reason.ORIGIN)
    if client.is_framed:
        raise CeremonyRefused(Reason.FRAMED)


def _require_flags(data: AuthenticatorData, *, relying: Relying) -> None:
    if not hmac.compare_digest(data.rp_id_hash, sha256(relying.rp_id.encode()).digest()):
        raise CeremonyRefused(Reason.RELYING_PARTY)
    if not data.is_user_present():
        raise CeremonyRefused(Reason.USER_ABSENT)
    if not data.is_user_verified():
        # A touch is one factor: whoever finds the key in the drawer has it (P16).
        raise CeremonyRefused(Reason.USER_NOT_VERIFIED)
    if data.is_backed_up() and not data.is_backup_eligible():
        raise CeremonyRefused(Reason.FLAGS)


def _require_key(key: CoseKey) -> None:
    algorithm = key.get(3)
    if algorithm not in ALGORITHMS or key.get(1) != _KEY_TYPES[algorithm]:
        raise CeremonyRefused(Reason.ALGORITHM)
    if algorithm == RS256:
        modulus = key.get(-1)
        if not isinstance(modulus, bytes) or int.from_bytes(modulus, "big").bit_length() < _RSA_BITS_AT_LEAST:
            raise CeremonyRefused(Reason.ALGORITHM)
    # A point off its curve, or a number where bytes belong, would only show at the first login.
    try:
        key.verify(b"", b"")
    except (InvalidSignature, UnsupportedAlgorithm):
        return
    except (ValueError, KeyError, TypeError):
        raise CeremonyRefused(Reason.ALGORITHM) from None


def _require_signature(key: CoseKey, message: bytes, signature: bytes) -> None:
    try:
        key.verify(message, signature)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, KeyError, TypeError):
        raise CeremonyRefused(Reason.SIGNATURE) from None


def _cose(public_key: bytes) -> dict[int, object]:
    decoded = cbor.decode(public_key)
    if not isinstance(decoded, dict):
        raise TypeError("a COSE key is a map")
    return decoded


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever a parser makes of forged bytes into one refusal."""
    try:
        yield
    except _FORGED:
        raise CeremonyRefused(Reason.MALFORMED) from None
