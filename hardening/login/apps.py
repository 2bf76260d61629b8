"""The login domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class LoginConfig(AppConfig):
    """Install with ``*hardening.apps_for("login")``, which adds what it needs."""

    name = "hardening.login"
    label = "hardening_login"
    verbose_name = "Login (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["login"]
