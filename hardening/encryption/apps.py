"""The encryption domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig

from hardening.composition import PREREQUISITES


class EncryptionConfig(AppConfig):
    """Install with ``*hardening.apps_for("encryption")``, which adds what it needs."""

    name = "hardening.encryption"
    label = "hardening_encryption"
    verbose_name = "Encryption (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["encryption"]
