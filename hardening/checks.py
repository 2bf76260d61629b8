"""System checks that span domains: names of settings, databases, and the one middleware."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error

from hardening.composition import MIDDLEWARE_PARTS, PREREQUISITES
from hardening.conf import PREFIX, ConfigurationError, DomainSettings, did_you_mean
from hardening.routing import ALIAS, SEPARATE

UNKNOWN_SETTING = "hardening.E001"
REFUSED_SETTING = "hardening.E002"
NO_ALIAS = "hardening.E003"
NO_ROUTER = "hardening.E004"
ATOMIC_ALIAS = "hardening.E005"
NO_MIDDLEWARE = "hardening.E006"
MISPLACED_MIDDLEWARE = "hardening.E007"
DOUBLED_MIDDLEWARE = "hardening.E008"

ROUTER = "hardening.routing.HardeningRouter"
MIDDLEWARE = "hardening.middleware.HardeningMiddleware"
ROOT_SETTINGS = ("hardening.clients", "hardening.well_known", "hardening.integrations.pro_sante_connect.conf")
"""Modules outside the domains that read settings of their own."""
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"


def check_settings(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse names that nobody reads, and values that the domain refuses."""
    known = known_settings()
    return [*_unknown_names(sorted(known)), *_refused_values(known)]


def check_databases(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse an installation whose counts and entries would vanish with a rolled-back view (D1)."""
    separate = [config.label for config in apps.get_app_configs() if config.label in SEPARATE]
    if not separate:
        return []
    if ALIAS not in settings.DATABASES:
        return [
            Error(
                f"DATABASES has no {ALIAS!r}: {', '.join(separate)} must survive a rolled-back view.",
                hint=f"Add DATABASES[{ALIAS!r}]: the same server under a role of its own, or a second SQLite file.",
                id=NO_ALIAS,
            )
        ]
    return [*_router(), *_atomic_requests()]


def check_middleware(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse an installation that guards nothing, guards too early, or guards twice."""
    listed = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in listed:
        return list(_missing_parts(listed))
    return [*_misplaced(listed), *_doubled(listed)]


def known_settings() -> dict[str, type[DomainSettings]]:
    """Return every ``HARDENING_*`` name of this installation, with the class that reads it."""
    installed = [f"hardening.{domain}.conf" for domain in PREREQUISITES if apps.is_installed(f"hardening.{domain}")]
    for module in (*ROOT_SETTINGS, *filter(find_spec, installed)):
        import_module(module)
    return {found.setting_name(): found for found in _subclasses(DomainSettings) if _is_ours(found)}


def _subclasses(parent: type[DomainSettings]) -> Iterator[type[DomainSettings]]:
    for child in parent.__subclasses__():
        yield child
        yield from _subclasses(child)


def _is_ours(found: type[DomainSettings]) -> bool:
    return found.__module__.startswith("hardening.") and hasattr(found, "domain")


def _unknown_names(known: list[str]) -> Iterator[CheckMessage]:
    for name in dir(settings):
        if name.startswith(PREFIX) and name not in known:
            yield Error(
                f"{name} is no setting of this installation: it changes nothing{did_you_mean(name, known)}",
                hint=f"There are {', '.join(known)}.",
                id=UNKNOWN_SETTING,
            )


def _refused_values(known: dict[str, type[DomainSettings]]) -> Iterator[CheckMessage]:
    for name in sorted(known):
        try:
            known[name].load()
        except (ConfigurationError, TypeError) as refusal:
            yield Error(str(refusal), hint=f"Correct {name}; the default is the safe value.", id=REFUSED_SETTING)


def _router() -> Iterator[CheckMessage]:
    if ROUTER not in settings.DATABASE_ROUTERS:
        yield Error(
            f"DATABASE_ROUTERS lacks {ROUTER}: counts and entries are written in the view's own transaction.",
            hint=f'Add "{ROUTER}" to DATABASE_ROUTERS, first.',
            id=NO_ROUTER,
        )


def _atomic_requests() -> Iterator[CheckMessage]:
    if settings.DATABASES[ALIAS].get("ATOMIC_REQUESTS"):
        yield Error(
            f"DATABASES[{ALIAS!r}] has ATOMIC_REQUESTS: a view that fails takes its charges and entries back.",
            hint=f"Set DATABASES[{ALIAS!r}]['ATOMIC_REQUESTS'] = False.",
            id=ATOMIC_ALIAS,
        )


def _missing_parts(listed: list[str]) -> Iterator[CheckMessage]:
    missing = [d for d, part in MIDDLEWARE_PARTS.items() if apps.is_installed(f"hardening.{d}") and part not in listed]
    if missing:
        yield Error(
            f"MIDDLEWARE lacks {MIDDLEWARE}: {', '.join(missing)} guard nothing, every view opens to everybody.",
            hint=f'Add "{MIDDLEWARE}" directly after "{AUTHENTICATION}".',
            id=NO_MIDDLEWARE,
        )


def _misplaced(listed: list[str]) -> Iterator[CheckMessage]:
    place = listed.index(MIDDLEWARE)
    if place == 0 or listed[place - 1] != AUTHENTICATION:
        yield Error(
            f"{MIDDLEWARE} does not stand directly after AuthenticationMiddleware: it does not see who is asking, or "
            "something in between answers unguarded.",
            hint=f'Move it in MIDDLEWARE, directly after "{AUTHENTICATION}".',
            id=MISPLACED_MIDDLEWARE,
        )


def _doubled(listed: list[str]) -> Iterator[CheckMessage]:
    twice = [part for part in (*MIDDLEWARE_PARTS.values(), MIDDLEWARE) if listed.count(part) > (part == MIDDLEWARE)]
    if twice:
        yield Error(
            f"MIDDLEWARE runs a guard twice: {', '.join(twice)}.",
            hint=f'Keep one "{MIDDLEWARE}"; it contains the middleware of each domain.',
            id=DOUBLED_MIDDLEWARE,
        )
