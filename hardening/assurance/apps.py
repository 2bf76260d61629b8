"""The assurance domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig
from django.core.checks import Tags, register

from hardening.composition import PREREQUISITES


class AssuranceConfig(AppConfig):
    """Install with ``*hardening.apps_for("assurance")``, which adds what it needs."""

    name = "hardening.assurance"
    label = "hardening_assurance"
    verbose_name = "Assurance (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["assurance"]

    def ready(self) -> None:
        """Register the checks."""
        from hardening.assurance import checks  # noqa: PLC0415 - looks at models, which need the apps

        register(checks.check_addresses, Tags.urls)
