"""A maker of authenticators, with a root of its own, that vouches for its devices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

MODEL = UUID("11111111-2222-3333-4444-555555555555")
_OF_MODEL = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
_SINCE, _UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2056, 1, 1, tzinfo=UTC)


def _name(maker: str, unit: str) -> x509.Name:
    told = {
        NameOID.COUNTRY_NAME: "FR",
        NameOID.ORGANIZATION_NAME: maker,
        NameOID.ORGANIZATIONAL_UNIT_NAME: unit,
        NameOID.COMMON_NAME: f"{maker} {unit}",
    }
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in told.items()])


@cache
def _root_key(maker: str) -> ec.EllipticCurvePrivateKey:
    """One for each maker, for the length of the run."""
    assert maker
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, maker: str, model: UUID | None) -> bytes:
    builder = (
        x509.CertificateBuilder(issuer_name=_name(maker, "Root"), subject_name=subject, public_key=key.public_key())
        .serial_number(7)
        .not_valid_before(_SINCE)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=model is None, path_length=None), critical=True)
    )
    if model is not None:
        octets = b"\x04\x10" + model.bytes
        builder = builder.add_extension(x509.UnrecognizedExtension(_OF_MODEL, octets), critical=False)
    return builder.sign(_root_key(maker), hashes.SHA256()).public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Maker:
    """``vouch`` is what a device of this maker and model says of itself."""

    name: str = "Serrurerie"
    model: UUID = MODEL
    device_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @staticmethod
    @cache
    def root(name: str = "Serrurerie") -> bytes:
        return _certificate(_name(name, "Root"), _root_key(name), maker=name, model=None)

    def vouch(self, data: bytes, digest: bytes) -> tuple[str, Mapping[str, Any]]:
        leaf = _name(self.name, "Authenticator Attestation")
        chain = [_certificate(leaf, self.device_key, maker=self.name, model=self.model)]
        signature = self.device_key.sign(data + digest, ec.ECDSA(hashes.SHA256()))
        return "packed", {"alg": -7, "sig": signature, "x5c": chain}
