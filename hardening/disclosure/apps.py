"""The disclosure domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from hardening.composition import PREREQUISITES


class DisclosureConfig(AppConfig):
    """Install with ``*hardening.apps_for("disclosure")``, which adds what it needs."""

    name = "hardening.disclosure"
    label = "hardening_disclosure"
    verbose_name = "Disclosure (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["disclosure"]

    def ready(self) -> None:
        """Register the checks, and make the ledger's coming months after each migration."""
        from hardening.disclosure import checks, receivers  # noqa: F401, PLC0415 - models can be imported only now

        post_migrate.connect(receivers.on_migrated, sender=self, dispatch_uid="hardening.disclosure.months")
