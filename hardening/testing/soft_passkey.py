"""A passkey in software: a device with one key pair, which answers as a real one does, or lies as an attacker would.

It knows no table and no setting, so that it answers any relying party: ours, and those that ours is compared with.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypedDict, Unpack
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.utils import websafe_decode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

from hardening.authenticators.answer import in_base64url
from hardening.authenticators.authenticator_policy import NOBODY

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

Attest = Callable[[bytes, bytes], tuple[str, Mapping[str, Any]]]
"""Given the authenticator data and the digest of the client data: the format and the statement of an attestation."""

_SPOKEN = AuthenticatorData.FLAG


class Lies(TypedDict, total=False):
    """What an answer may say against the truth."""

    origin: str
    kind: str
    challenge: str
    rp_id: str
    sign_count: int
    is_user_present: bool
    is_user_verified: bool
    is_synced: bool
    is_backed_up: bool
    user_handle: bytes | None
    client_data: Mapping[str, object]
    """Further members of the browser's statement, such as ``{"crossOrigin": True}``."""


@dataclass
class SoftPasskey:
    """A device with one key pair. ``counts`` is whether its counter goes up, as in hardware."""

    rp_id: str
    origin: str
    key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    aaguid: UUID = NOBODY
    counts: bool = True
    is_synced: bool = False
    attest: Attest | None = None
    sign_count: int = 0
    user_handle: bytes = b""

    def create(self, options: Mapping[str, Any], **lies: Unpack[Lies]) -> str:
        """Return what a browser posts for ``options`` of a binding: the passkey, and who it says it belongs to."""
        self.user_handle = websafe_decode(options["user"]["id"])
        client_data = self._client_data("webauthn.create", options, lies)
        credential = AttestedCredentialData.create(self.aaguid.bytes, self.credential_id, self._public_key())
        data = self._authenticator_data(lies, credential=bytes(credential))
        form, statement = self.attest(data, sha256(client_data).digest()) if self.attest else ("none", {})
        attestation = cbor.encode({"fmt": form, "authData": data, "attStmt": dict(statement)})
        return self._answer(clientDataJSON=client_data, attestationObject=attestation, transports=["internal"])

    def get(self, options: Mapping[str, Any], **lies: Unpack[Lies]) -> str:
        """Return what a browser posts for ``options`` of a login or step-up."""
        client_data = self._client_data("webauthn.get", options, lies)
        self.sign_count += self.counts
        data = self._authenticator_data(lies)
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=self.sign(data + sha256(client_data).digest()),
            userHandle=lies.get("user_handle", self.user_handle),
        )

    def sign(self, message: bytes) -> bytes:
        """Sign as the kind of key does."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message)

    def _public_key(self) -> CoseKey:
        kinds = {ec.EllipticCurvePrivateKey: ES256, rsa.RSAPrivateKey: RS256, ed25519.Ed25519PrivateKey: EdDSA}
        cose: Any = next(cose for kind, cose in kinds.items() if isinstance(self.key, kind))
        made: CoseKey = cose.from_cryptography_key(self.key.public_key())
        return made

    def _client_data(self, kind: str, options: Mapping[str, Any], lies: Lies) -> bytes:
        stated = {
            "type": lies.get("kind", kind),
            "challenge": lies.get("challenge", options["challenge"]),
            "origin": lies.get("origin", self.origin),
            "crossOrigin": False,
            **lies.get("client_data", {}),
        }
        return json.dumps(stated).encode()

    def _authenticator_data(self, lies: Lies, *, credential: bytes = b"") -> bytes:
        flags = {
            _SPOKEN.UP: lies.get("is_user_present", True),
            _SPOKEN.UV: lies.get("is_user_verified", True),
            _SPOKEN.BE: lies.get("is_synced", self.is_synced),
            _SPOKEN.BS: lies.get("is_backed_up", lies.get("is_synced", self.is_synced)),
            _SPOKEN.AT: bool(credential),
        }
        said = _SPOKEN(sum(flag for flag, is_set in flags.items() if is_set))
        rp_id = sha256(lies.get("rp_id", self.rp_id).encode()).digest()
        return bytes(AuthenticatorData.create(rp_id, said, lies.get("sign_count", self.sign_count), credential))

    def _answer(self, **response: bytes | list[str] | None) -> str:
        name = in_base64url(self.credential_id)
        spelled = {key: in_base64url(one) if isinstance(one, bytes) else one for key, one in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": spelled})
