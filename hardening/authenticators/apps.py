"""The authenticators domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig
from django.core.checks import Tags, register

from hardening.composition import PREREQUISITES


class AuthenticatorsConfig(AppConfig):
    """Install with ``*hardening.apps_for("authenticators")``, which adds what it needs."""

    name = "hardening.authenticators"
    label = "hardening_authenticators"
    verbose_name = "Authenticators (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["authenticators"]

    def ready(self) -> None:
        """Register the checks."""
        from hardening.authenticators import checks, passkey_checks  # noqa: PLC0415 - they know the models

        for check in (
            checks.check_release,
            checks.check_devices,
            passkey_checks.check_fido2,
            passkey_checks.check_other_passkeys,
            passkey_checks.check_domain,
        ):
            register(check, Tags.security)
