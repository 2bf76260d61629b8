"""The console domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class ConsoleConfig(AppConfig):
    """Install with ``*hardening.apps_for("console")``, which adds what it needs."""

    name = "hardening.console"
    label = "hardening_console"
    verbose_name = "Console (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["console"]
