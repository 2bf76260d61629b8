"""The root app: no models, only the checks that span domains."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class HardeningConfig(AppConfig):
    """Root of the package; always installed beside its domains."""

    name = "hardening"
    verbose_name = "Hardening"

    def ready(self) -> None:
        """Register the checks."""
        from hardening import checks  # noqa: PLC0415 - imports the domains, which need the apps

        register(checks.check_settings)
        register(checks.check_databases, Tags.security)
        register(checks.check_middleware, Tags.security)
