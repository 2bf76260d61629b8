"""The audit domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class AuditConfig(AppConfig):
    """Install with ``*hardening.apps_for("audit")``, which adds what it needs."""

    name = "hardening.audit"
    label = "hardening_audit"
    verbose_name = "Audit (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["audit"]
