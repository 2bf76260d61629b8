"""Passkeys for tests and demonstrations: devices in software, bound to accounts the way every passkey is."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from hardening import clock
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.authenticators.grants import issue_grant, permission_from
from hardening.authenticators.passkey_binding import bind_passkey, options_for_binding
from hardening.authenticators.passkeys import passkeys_of
from hardening.authenticators.permission import Permission, by_fresh_proof
from hardening.requirements import PASSKEY, Assurance, Level
from hardening.testing.soft_passkey import SoftPasskey

__all__ = ["SoftPasskey", "bind_soft_passkey", "soft_passkey"]

_SESSION = "hardening.testing"


def soft_passkey(**details: Any) -> SoftPasskey:  # noqa: ANN401 - the fields of SoftPasskey
    """Return a device that stands at the first origin of the settings."""
    settings = AuthenticatorsSettings.load()
    return SoftPasskey(rp_id=settings.rp_id, origin=settings.origins[0], **details)


def bind_soft_passkey(
    account: AbstractBaseUser, *, name: str = "Ordinateur", device: SoftPasskey | None = None
) -> SoftPasskey:
    """Bind a passkey to ``account`` and return the device.

    Through the verbs that people go through: the first by a letter, the next by a proof with one that is bound.
    """
    key, device = str(account.pk), device or soft_passkey()
    permission = _by_passkey(key) if passkeys_of(key) else _by_letter(account)
    options = options_for_binding(permission, binding=_SESSION, username=account.get_username(), display_name=name)
    bind_passkey(permission, device.create(options), name=name, binding=_SESSION)
    return device


def _by_letter(account: AbstractBaseUser) -> Permission:
    letter = issue_grant(account=account, issued_by=None, operator=_SESSION)
    return permission_from(letter.code, account=str(account.pk))


def _by_passkey(account: str) -> Permission:
    at = clock.now()
    proven = Assurance(
        level=Level.AAL2, account=account, methods=("mfa", "swk"), is_phishing_resistant=True, proven_at=at
    )
    return by_fresh_proof(proven, at=at, strongest=PASSKEY)
