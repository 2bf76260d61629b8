"""The encryption domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate

from hardening.composition import PREREQUISITES


class EncryptionConfig(AppConfig):
    """Install with ``*hardening.apps_for("encryption")``, which adds what it needs."""

    name = "hardening.encryption"
    label = "hardening_encryption"
    verbose_name = "Encryption (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["encryption"]

    def ready(self) -> None:
        """Register the checks that look at the whole project, and what follows a migration."""
        from hardening.encryption import key_uses  # noqa: PLC0415
        from hardening.encryption.project_checks import (  # noqa: PLC0415
            check_admins,
            check_field_ids,
            check_twins,
        )
        from hardening.encryption.storage import keep_uncompressed  # noqa: PLC0415

        checks.register(check_field_ids, checks.Tags.models)
        checks.register(check_twins, checks.Tags.models)
        checks.register(check_admins, "admin")
        key_uses.register()
        post_migrate.connect(keep_uncompressed, dispatch_uid="hardening.encryption.storage")
