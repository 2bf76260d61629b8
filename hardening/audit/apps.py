"""The audit domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from hardening.composition import PREREQUISITES
from hardening.events import occurred


class AuditConfig(AppConfig):
    """Install with ``*hardening.apps_for("audit")``, which adds what it needs."""

    name = "hardening.audit"
    label = "hardening_audit"
    verbose_name = "Audit (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["audit"]

    def ready(self) -> None:
        """Listen to every event, whatever its class."""
        from hardening.audit import checks, receivers  # noqa: F401, PLC0415 - models can be imported only now

        occurred.connect(receivers.on_event, dispatch_uid="hardening.audit")
        post_migrate.connect(receivers.on_migrated, sender=self, dispatch_uid="hardening.audit.months")
