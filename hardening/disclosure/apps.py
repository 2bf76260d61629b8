"""The disclosure domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class DisclosureConfig(AppConfig):
    """Install with ``*hardening.apps_for("disclosure")``, which adds what it needs."""

    name = "hardening.disclosure"
    label = "hardening_disclosure"
    verbose_name = "Disclosure (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["disclosure"]
