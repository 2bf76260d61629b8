"""The login domain as a Django app."""

from typing import ClassVar

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.checks import Tags, register

from hardening.composition import PREREQUISITES


class LoginConfig(AppConfig):
    """Install with ``*hardening.apps_for("login")``, which adds what it needs."""

    name = "hardening.login"
    label = "hardening_login"
    verbose_name = "Login (hardening)"
    default_auto_field = "django.db.models.BigAutoField"
    prerequisites: ClassVar[tuple[str, ...]] = PREREQUISITES["login"]

    def ready(self) -> None:
        """Drop one statement from every login, and register the checks.

        Django notes ``last_login`` so that its own reset tokens die at the next login. Ours are rows, used up by an
        UPDATE; and when somebody was last here is told by the authenticator that he used.
        """
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        from hardening.login import checks  # noqa: PLC0415 - it knows the hasher, which needs the key ring's models

        for check in (checks.check_address, checks.check_breached_list, checks.check_hasher, checks.check_policy):
            register(check, Tags.security)
        register(checks.check_cost, Tags.security, deploy=True)
