"""The root app: no models, only the checks that span domains, and what other packages are told of us."""

from django.apps import AppConfig, apps
from django.core.checks import Tags, register


class HardeningConfig(AppConfig):
    """Root of the package; always installed beside its domains."""

    name = "hardening"
    verbose_name = "Hardening"

    def ready(self) -> None:
        """Register the checks, and the fields of serializers where there are any."""
        from hardening import checks  # noqa: PLC0415 - imports the domains, which need the apps

        register(checks.check_settings)
        register(checks.check_databases, Tags.security)
        register(checks.check_middleware, Tags.security)
        if apps.is_installed("hardening.login"):
            from hardening.integrations.pro_sante_connect.checks import check_pro_sante_connect  # noqa: PLC0415

            register(check_pro_sante_connect, Tags.security)
        if apps.is_installed("hardening.encryption") and apps.is_installed("rest_framework"):
            from hardening.integrations.rest_framework import register as register_serializer_fields  # noqa: PLC0415

            register_serializer_fields()
