"""Which passkeys an account may bind and use: anybody's are welcome, an administrator's stay in one device (D26)."""

from dataclasses import dataclass
from uuid import UUID

from hardening.authenticators.answer import CeremonyRefused, Reason

NOBODY = UUID(int=0)
"""The model of an authenticator that nobody vouches for."""


@dataclass(frozen=True)
class AuthenticatorPolicy:
    """What is asked of an authenticator, beyond a verified user.

    ``allowed_models`` are AAGUIDs, empty for any. ``roots`` are the certificates (DER) that an attestation must lead
    to where ``needs_attestation``. ``is_device_bound`` refuses passkeys that a cloud account can carry elsewhere.
    """

    is_device_bound: bool = False
    needs_attestation: bool = False
    allowed_models: frozenset[UUID] = frozenset()
    roots: tuple[bytes, ...] = ()


ANY = AuthenticatorPolicy()


def require_allowed(*, model: UUID, is_attested: bool, is_backup_eligible: bool, policy: AuthenticatorPolicy) -> None:
    """Return if the policy lets such an authenticator in.

    A model is believed only where an attestation vouches for it: in an answer without one, whoever posted it chose
    the number (P17).

    Raise CeremonyRefused.
    """
    if policy.is_device_bound and is_backup_eligible:
        raise CeremonyRefused(Reason.SYNCED)
    if (policy.needs_attestation or policy.allowed_models) and not is_attested:
        raise CeremonyRefused(Reason.ATTESTATION)
    if policy.allowed_models and model not in policy.allowed_models:
        raise CeremonyRefused(Reason.MODEL)
