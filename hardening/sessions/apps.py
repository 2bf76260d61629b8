"""The sessions domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class SessionsConfig(AppConfig):
    """Install with ``*hardening.apps_for("sessions")``, which adds what it needs."""

    name = "hardening.sessions"
    label = "hardening_sessions"
    verbose_name = "Sessions (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["sessions"]
