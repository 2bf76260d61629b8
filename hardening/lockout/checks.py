"""System checks of the lockout domain."""

import inspect
import sqlite3
from collections.abc import Iterator
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.checks import axes_middleware_check
from django.conf import settings
from django.contrib.auth import load_backend
from django.core import checks
from django.core.checks.registry import registry

from hardening.clients import ClientSettings
from hardening.conf import ConfigurationError
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.guarded_backend import GuardedBackend
from hardening.lockout.stores import connection_of_buckets

E001 = "hardening_lockout.E001"
"""No backend takes a slot before it compares passwords."""
E002 = "hardening_lockout.E002"
"""A backend compares passwords without a slot."""
E003 = "hardening_lockout.E003"
"""django-axes counts by itself."""
E004 = "hardening_lockout.E004"
"""A rolled-back view would take its failures with it."""
E005 = "hardening_lockout.E005"
"""The database cannot reserve in one statement."""
E006 = "hardening_lockout.E006"
"""A setting is impossible."""

HANDLER = "hardening.lockout.axes_handler.SlotHandler"
OLDEST_SQLITE = (3, 38, 0)


def register() -> None:
    """Register these checks, and take back the one of axes that does not apply.

    axes.W002 asks for AxesMiddleware, whose only work is to replace the answer when the axes handler has refused
    an attempt. Ours never marks a request so: the login flow tells the person until when.
    """
    for check in (check_backends, check_axes_handler, check_store, check_settings):
        checks.register(check, checks.Tags.security)
    registry.registered_checks.discard(axes_middleware_check)


def check_backends(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - what Django passes
    """Every way to compare a password takes a slot first, synchronous or not (R2)."""
    backends = {path: type(load_backend(path)) for path in settings.AUTHENTICATION_BACKENDS}
    found: list[checks.CheckMessage] = [
        checks.Error(
            f"{path} in AUTHENTICATION_BACKENDS compares passwords without counting: guesses there are unlimited.",
            hint="Remove it, or subclass hardening.backends.HardeningBackend and override is_right().",
            id=E002,
        )
        for path, backend in backends.items()
        if _compares_passwords(backend) and not _is_guarded(backend)
    ]
    if not any(_is_guarded(backend) for backend in backends.values()):
        hint = 'Set AUTHENTICATION_BACKENDS = ["hardening.backends.HardeningBackend"].'
        found.append(checks.Error("AUTHENTICATION_BACKENDS has no backend that counts guesses.", hint=hint, id=E001))
    return found


def check_axes_handler(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Two counters would disagree, and the one of axes is read before it is written."""
    if getattr(settings, "AXES_HANDLER", "") == HANDLER:
        return []
    message = "AXES_HANDLER is not ours: django-axes would count beside the slots, and block by its own rules."
    return [checks.Error(message, hint=f'Set AXES_HANDLER = "{HANDLER}".', id=E003)]


def check_store(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Ask for a database where one statement decides, and no view's rollback reaches (R22)."""
    return list(_wrong_with_store())


def check_settings(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Say at start-up what would otherwise be said at the first login."""
    found: list[checks.CheckMessage] = []
    for domain in (LockoutSettings, ClientSettings):
        try:
            domain.load()
        except ConfigurationError as error:
            found.append(checks.Error(f"{error}.", hint=f"Correct {domain.setting_name()}.", id=E006))
    return found


def _wrong_with_store() -> Iterator[checks.CheckMessage]:
    connection = connection_of_buckets()
    if connection.settings_dict["ATOMIC_REQUESTS"]:
        message = f"DATABASES[{connection.alias!r}] has ATOMIC_REQUESTS: a view that raises uncounts its failures."
        yield checks.Error(message, hint="Set ATOMIC_REQUESTS to False on that alias.", id=E004)
    is_old = connection.vendor == "sqlite" and sqlite3.sqlite_version_info < OLDEST_SQLITE
    if connection.vendor not in {"postgresql", "sqlite"} or is_old:
        message = f"DATABASES[{connection.alias!r}] cannot reserve attempts: parallel guesses would beat the limit."
        yield checks.Error(message, hint="Use PostgreSQL, or SQLite from 3.38.", id=E005)


def _compares_passwords(backend: type) -> bool:
    if backend is AxesStandaloneBackend:
        return False  # it asks our handler, and compares nothing
    try:
        inspect.signature(backend().authenticate).bind(None, username="", password="")
    except (AttributeError, TypeError):
        return False
    return True


def _is_guarded(backend: type) -> bool:
    return (
        issubclass(backend, GuardedBackend)
        and backend.authenticate is GuardedBackend.authenticate
        and backend.aauthenticate is GuardedBackend.aauthenticate
    )
