"""The sessions domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig
from django.core.checks import Tags, register

from hardening.composition import PREREQUISITES
from hardening.sessions import checks


class SessionsConfig(AppConfig):
    """Install with ``*hardening.apps_for("sessions")``, which adds what it needs."""

    name = "hardening.sessions"
    label = "hardening_sessions"
    verbose_name = "Sessions (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["sessions"]

    def ready(self) -> None:
        """Register the checks."""
        for check in (checks.check_engine, checks.check_cookie, checks.check_limits):
            register(check, Tags.security)
