"""What the settings say of passkeys here: who asks for them, and which ones an account may have."""

from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.contrib.auth.base_user import AbstractBaseUser

from hardening.authenticators.authenticator_policy import ANY, AuthenticatorPolicy
from hardening.authenticators.ceremony import Relying
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.conf import ConfigurationError


def relying() -> Relying:
    """Return who asks for passkeys: from the settings, whatever the Host header of a request says (P19).

    Raise ConfigurationError where no domain is set.
    """
    settings = AuthenticatorsSettings.load()
    if not settings.rp_id:
        raise ConfigurationError("HARDENING_AUTHENTICATORS['rp_id'] is not set: no passkey can be bound or used")
    return Relying(rp_id=settings.rp_id, name=settings.rp_name, origins=frozenset(settings.origins))


def is_administrator(account: AbstractBaseUser) -> bool:
    """Tell whether the account may enter the administration, by Django's own flags."""
    holder: Any = account
    return bool(getattr(holder, "is_staff", False) or getattr(holder, "is_superuser", False))


def policy_for(account: AbstractBaseUser) -> AuthenticatorPolicy:
    """Return what is asked of the account's passkeys, beyond a verified user.

    Raise ConfigurationError when the makers' certificates cannot be read.
    """
    if not is_administrator(account):
        return ANY
    settings = AuthenticatorsSettings.load()
    roots = _roots(Path(settings.administrator_roots)) if settings.administrator_roots else ()
    return AuthenticatorPolicy(
        is_device_bound=True, needs_attestation=bool(roots), allowed_models=settings.allowed_models(), roots=roots
    )


@cache
def _roots(path: Path) -> tuple[bytes, ...]:
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError("HARDENING_AUTHENTICATORS['administrator_roots'] is no readable PEM file") from error
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)
