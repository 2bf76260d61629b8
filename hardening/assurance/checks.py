"""System checks: addresses that would let somebody in, or nobody."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name
from django.core.exceptions import ImproperlyConfigured

from hardening.assurance.addresses import Address, served_addresses
from hardening.assurance.conf import AssuranceSettings
from hardening.conf import ConfigurationError, did_you_mean
from hardening.requirements import Level

STOCK_ADMIN = "hardening_assurance.E001"
LOGIN_BEHIND_ITSELF = "hardening_assurance.E002"
STOCK_LOGIN_OPEN = "hardening_assurance.E003"
LOGIN_PAGE_MISSING = "hardening_assurance.W001"
ROUTE_NAMES_NOTHING = "hardening_assurance.W002"

SECURITY_DOCS = "See docs/decisions/0008-deny-by-default.md."


def check_addresses(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Look at every address once; a project without URLs, or with broken ones, is Django's to report."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    try:
        AssuranceSettings.load()
        addresses = list(served_addresses())
    except (ConfigurationError, ImproperlyConfigured):
        return []
    return [
        *_stock_admins(addresses),
        *_stock_logins(addresses),
        *_login_pages(addresses),
        *_idle_routes(addresses),
    ]


def _stock_admins(addresses: Sequence[Address]) -> Iterator[CheckMessage]:
    from django.contrib.admin import AdminSite  # noqa: PLC0415 - importable without the admin installed, but not before apps

    from hardening.assurance.admin_site import HardenedAdminSite  # noqa: PLC0415 - likewise

    sites: dict[int, AdminSite] = {}
    for address in addresses:
        site = getattr(address.view, "admin_site", None)
        if isinstance(site, AdminSite) and not isinstance(site, HardenedAdminSite):
            sites[id(site)] = site
    for site in sites.values():
        yield Error(
            f"The admin site {site.name!r} is Django's own: its login opens a session on a password alone.",
            hint='Put "hardening.assurance.admin_config.HardenedAdminConfig" in INSTALLED_APPS in place of '
            '"django.contrib.admin", and make sites of your own subclasses of HardenedAdminSite.',
            obj=site,
            id=STOCK_ADMIN,
        )


def _stock_logins(addresses: Sequence[Address]) -> Iterator[CheckMessage]:
    for address in addresses:
        is_login = getattr(address.view, "view_class", None) is LoginView
        if is_login and address.stated.requirement.level == Level.ANONYMOUS:
            yield Error(
                f"/{address.route} is Django's LoginView, open to strangers: it asks for a password alone, beside the "
                "lockout.",
                hint="Remove it; the login of hardening stands at the name 'hardening:login'.",
                id=STOCK_LOGIN_OPEN,
            )


def _login_pages(addresses: Sequence[Address]) -> Iterator[CheckMessage]:
    pages = AssuranceSettings.load()
    by_name = {address.name: address for address in addresses}
    highest = {pages.login_url: Level.ANONYMOUS, pages.code_url: Level.HALF, pages.step_up_url: Level.AAL2}
    for name, level in highest.items():
        if name not in by_name:
            yield Warning(
                f"There is no page named {name!r}: whoever needs it gets a plain refusal.",
                hint='Add path("", include("hardening.urls")) to ROOT_URLCONF, or name your own page in '
                "HARDENING_ASSURANCE.",
                id=LOGIN_PAGE_MISSING,
            )
            continue
        asked = by_name[name].stated.requirement
        if asked.level > level or asked.phishing_resistant or asked.max_age is not None:
            yield Error(
                f"The page {name!r} asks for more than the people have who are sent to it: nobody gets in.",
                hint="Mark its view with @public (login), @requires(HALF) (code) or @requires(AAL2) (step-up).",
                id=LOGIN_BEHIND_ITSELF,
            )


def _idle_routes(addresses: Sequence[Address]) -> Iterator[CheckMessage]:
    known = {address.name for address in addresses}
    for address in addresses:
        known |= {":".join(address.namespaces[:depth]) for depth in range(1, len(address.namespaces) + 1)}
    for name in AssuranceSettings.load().routes:
        if name not in known:
            yield Warning(
                f"HARDENING_ASSURANCE['routes'][{name!r}] names no view and no namespace"
                f"{did_you_mean(name, sorted(known))}",
                hint="Correct or remove it: what it was meant for needs AAL2 meanwhile.",
                id=ROUTE_NAMES_NOTHING,
            )
