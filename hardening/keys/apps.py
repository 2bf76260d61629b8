"""The keys domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class KeysConfig(AppConfig):
    """Install with ``*hardening.apps_for("keys")``, which adds what it needs."""

    name = "hardening.keys"
    label = "hardening_keys"
    verbose_name = "Keys (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["keys"]
