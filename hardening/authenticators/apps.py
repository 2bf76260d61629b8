"""The authenticators domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class AuthenticatorsConfig(AppConfig):
    """Install with ``*hardening.apps_for("authenticators")``, which adds what it needs."""

    name = "hardening.authenticators"
    label = "hardening_authenticators"
    verbose_name = "Authenticators (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["authenticators"]
