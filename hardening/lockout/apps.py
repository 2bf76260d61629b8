"""The lockout domain as a Django app."""

from typing import Any, ClassVar

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from hardening.composition import PREREQUISITES


class LockoutConfig(AppConfig):
    """Install with ``*hardening.apps_for("lockout")``, which adds what it needs."""

    name = "hardening.lockout"
    label = "hardening_lockout"
    verbose_name = "Lockout (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["lockout"]

    def ready(self) -> None:
        """Register the checks, and teach SQLite connections the function that reserves."""
        from hardening.lockout import checks  # noqa: PLC0415 - models need the app registry

        checks.register()
        connection_created.connect(_on_connection, dispatch_uid="hardening.lockout")


def _on_connection(*, connection: BaseDatabaseWrapper, **_: Any) -> None:  # noqa: ANN401 - what the signal passes
    if connection.vendor == "sqlite":
        from hardening.lockout.stores.sqlite import install_kernel  # noqa: PLC0415 - likewise

        install_kernel(connection.connection)
