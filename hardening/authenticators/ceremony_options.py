"""What a browser is asked, as the JSON that ``PublicKeyCredential.parse…OptionsFromJSON`` takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hardening.authenticators.answer import in_base64url
from hardening.authenticators.ceremony import ALGORITHMS, Relying
from hardening.authenticators.challenge import LIFETIME

_TIMEOUT = int(LIFETIME.total_seconds()) * 1000


@dataclass(frozen=True)
class Holder:
    """Whom a new passkey will belong to: what its owner reads in the list of passkeys of his device."""

    handle: bytes
    username: str
    display_name: str


@dataclass(frozen=True)
class Known:
    """A passkey that exists, and the ways by which its device can be reached."""

    credential_id: bytes
    transports: tuple[str, ...]


def request_options(challenge: bytes, *, relying: Relying, allowed: Iterable[Known] = ()) -> dict[str, Any]:
    """Return what asks for a passkey: one of ``allowed``, or any that the device holds for this portal.

    User verification is required, in the question as in the answer: a browser told less would ask for no finger, and
    its answer would be refused.
    """
    return {
        "challenge": in_base64url(challenge),
        "rpId": relying.rp_id,
        "timeout": _TIMEOUT,
        "userVerification": "required",
        "allowCredentials": [_descriptor(one) for one in allowed],
    }


def creation_options(
    challenge: bytes, *, relying: Relying, holder: Holder, excluded: Iterable[Known], wants_attestation: bool
) -> dict[str, Any]:
    """Return what asks for a new passkey that needs no name typed at login, on a device without one of ``excluded``."""
    return {
        "challenge": in_base64url(challenge),
        "rp": {"id": relying.rp_id, "name": relying.name},
        "user": {
            "id": in_base64url(holder.handle),
            "name": holder.username,
            "displayName": holder.display_name,
        },
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": _TIMEOUT,
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "direct" if wants_attestation else "none",
        "excludeCredentials": [_descriptor(one) for one in excluded],
    }


def _descriptor(known: Known) -> dict[str, Any]:
    return {
        "type": "public-key",
        "id": in_base64url(known.credential_id),
        "transports": list(known.transports),
    }
