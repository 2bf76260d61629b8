"""Who vouches for an authenticator's model: a chain of certificates from its maker, or nobody."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from fido2.attestation.base import AttestationResult, AttestationVerifier, InvalidAttestation
from fido2.webauthn import AttestationObject, AuthenticatorData

from hardening.authenticators.answer import CeremonyRefused, Reason

NONE = "none"


class _Makers(AttestationVerifier):
    """Believes the certificates of a few makers; every format that fido2 knows, but "none" and self-signed."""

    def __init__(self, roots: tuple[bytes, ...]) -> None:
        super().__init__()
        self.roots = {x509.load_der_x509_certificate(der).subject: der for der in roots}

    def ca_lookup(self, attestation_result: AttestationResult, auth_data: AuthenticatorData) -> bytes | None:
        """Return the root that the last certificate of the chain names as its issuer, or None."""
        del auth_data
        if not attestation_result.trust_path:
            return None  # signed by the passkey itself: it vouches for itself
        last = x509.load_der_x509_certificate(attestation_result.trust_path[-1])
        return self.roots.get(last.issuer)


def require_vouched(attestation: AttestationObject, *, client_data_hash: bytes, roots: tuple[bytes, ...]) -> None:
    """Return if one of ``roots`` vouches for the authenticator.

    Raise CeremonyRefused for "none", for an authenticator that vouches for itself, for a broken chain, and for a
    chain that leads elsewhere.
    """
    if attestation.fmt == NONE:
        raise CeremonyRefused(Reason.ATTESTATION)
    try:
        _Makers(roots).verify_attestation(attestation, client_data_hash)
    except (InvalidAttestation, UnsupportedAlgorithm, NotImplementedError, ValueError, KeyError, TypeError):
        raise CeremonyRefused(Reason.ATTESTATION) from None
