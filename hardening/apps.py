"""The root app: no models, only the checks that span domains."""

from django.apps import AppConfig


class HardeningConfig(AppConfig):
    """Root of the package; always installed beside its domains."""

    name = "hardening"
    verbose_name = "Hardening"
