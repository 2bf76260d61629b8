"""The keys domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig
from django.core import checks

from hardening.composition import PREREQUISITES


class KeysConfig(AppConfig):
    """Install with ``*hardening.apps_for("keys")``, which adds what it needs."""

    name = "hardening.keys"
    label = "hardening_keys"
    verbose_name = "Keys (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["keys"]

    def ready(self) -> None:
        """Register the checks; no query here, the ring verifies itself at its first use."""
        from hardening.keys.checks import (  # noqa: PLC0415
            check_key_file,
            check_known_keys,
            check_production_source,
            check_secret_key,
        )
        from hardening.keys.provider_checks import check_provider, check_provider_works  # noqa: PLC0415

        checks.register(check_key_file, checks.Tags.security)
        checks.register(check_known_keys, checks.Tags.database)
        checks.register(check_production_source, checks.Tags.security, deploy=True)
        checks.register(check_secret_key, checks.Tags.security, deploy=True)
        checks.register(check_provider, checks.Tags.security)
        checks.register(check_provider_works, checks.Tags.security, deploy=True)
