"""The lockout domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class LockoutConfig(AppConfig):
    """Install with ``*hardening.apps_for("lockout")``, which adds what it needs."""

    name = "hardening.lockout"
    label = "hardening_lockout"
    verbose_name = "Lockout (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["lockout"]
