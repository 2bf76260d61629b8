"""System checks: what would leave people at the issuer's door, or show it to them without anything behind it."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from hardening.conf import ConfigurationError
from hardening.errors import KeyUnavailableError
from hardening.integrations.pro_sante_connect.conf import CALLBACK, ProSanteConnectSettings
from hardening.keys.providers.environment_secret import environment_secret
from hardening.login.conf import LoginSettings

NO_PACKAGE = "hardening_integrations.E001"
NO_ADDRESS = "hardening_integrations.E002"
NO_SECRET = "hardening_integrations.E003"  # noqa: S105 - the id of a check
NO_HOOK = "hardening_integrations.E004"
NO_PAGES = "hardening_integrations.E005"

PACKAGE = "jwt"


def check_pro_sante_connect(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Look at what this machine can tell; the issuer is not called. Refused values are told by another check."""
    try:
        settings, login = ProSanteConnectSettings.load(), LoginSettings.load()
    except ConfigurationError:
        return []
    if not settings.issuer:
        return []
    if find_spec(PACKAGE) is None:
        return [
            Error(
                "Pro Santé Connect is configured, but the package that verifies its identity tokens is missing.",
                hint='Install "hardening[pro_sante_connect]".',
                id=NO_PACKAGE,
            )
        ]
    return [*_address(login), *_secret(settings), *_hook(settings), *_pages()]


def _address(login: LoginSettings) -> Iterator[CheckMessage]:
    if not login.portal_url:
        yield Error(
            "The issuer cannot send anybody back: the portal's address is not set.",
            hint="Set HARDENING_LOGIN['portal_url'] to the address that was registered with the issuer.",
            id=NO_ADDRESS,
        )


def _secret(settings: ProSanteConnectSettings) -> Iterator[CheckMessage]:
    try:
        environment_secret(settings.client_secret)
    except KeyUnavailableError as failure:
        yield Error(
            f"Pro Santé Connect has no secret of this portal: {failure}",
            hint="Put it into the environment under the name in HARDENING_PRO_SANTE_CONNECT['client_secret'].",
            id=NO_SECRET,
        )


def _hook(settings: ProSanteConnectSettings) -> Iterator[CheckMessage]:
    if not settings.practices:
        return
    try:
        is_callable = callable(import_string(settings.practices))
    except ImportError:
        is_callable = False
    if not is_callable:
        yield Error(
            "HARDENING_PRO_SANTE_CONNECT['practices'] names nothing that can be called: every login by card fails.",
            hint="Name a function of (account, claims) by its dotted path, or leave it empty.",
            id=NO_HOOK,
        )


def _pages() -> Iterator[CheckMessage]:
    try:
        reverse(CALLBACK)
    except NoReverseMatch:
        yield Error(
            "Pro Santé Connect is configured, but its pages have no addresses: nobody can log in by it.",
            hint='Add path("", include("hardening.integrations.pro_sante_connect.urls")) to ROOT_URLCONF.',
            id=NO_PAGES,
        )
