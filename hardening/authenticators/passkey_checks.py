"""System checks of passkeys: what would let another site ask for them, or another door take them."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name
from django.http.request import validate_host
from fido2.rpid import verify_rp_id

from hardening.authenticators.checks import numbers
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.conf import ConfigurationError

OLD_FIDO2 = "hardening_authenticators.E003"
FOREIGN_DOMAIN = "hardening_authenticators.E004"
LOOSE_ORIGIN = "hardening_authenticators.E005"
SECOND_DOOR = "hardening_authenticators.E006"
NO_PASSKEYS = "hardening_authenticators.W001"

OLDEST = (2, 2)
"""The first release that our ceremonies were read and tested against."""

_DEFAULT_PORTS = {"https": 443, "http": 80}

_OTHER_PASSKEYS = ("django_otp_webauthn", "allauth.mfa", "two_factor.plugins.webauthn", "passkeys", "mfa")
"""Apps whose own views open a session for a passkey, past ours."""


def check_fido2(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse a release of fido2 that a resolver may have picked, and that nobody has read (P30)."""
    installed = version("fido2")
    if numbers(installed) >= OLDEST:
        return []
    return [
        Error(
            f"fido2 {installed} is installed: passkeys are verified with the parsers of 2.2 or later.",
            hint='Require "fido2>=2.2".',
            id=OLD_FIDO2,
        )
    ]


def check_other_passkeys(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse other packages' passkeys: their views are a second door, without the policy and the counts of ours."""
    foreign = [app for app in _OTHER_PASSKEYS if apps.is_installed(app)]
    if not foreign:
        return []
    return [
        Error(
            f"{', '.join(foreign)} is installed: its views log people in past the policy of each account.",
            hint="Remove it from INSTALLED_APPS: passkeys are here already.",
            id=SECOND_DOOR,
        )
    ]


def check_domain(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse a domain or an origin that is not the portal's, and warn where nobody can have a passkey."""
    try:
        chosen = AuthenticatorsSettings.load()
    except ConfigurationError:
        return []  # told by whoever loads the settings first
    if not chosen.rp_id:
        return [
            Warning(
                "HARDENING_AUTHENTICATORS names no 'rp_id': nobody can bind a passkey, and a code can be relayed.",
                hint="Set HARDENING_AUTHENTICATORS['rp_id'] and ['origins'], such as 'portail.example' and "
                "('https://portail.example',).",
                id=NO_PASSKEYS,
            )
        ]
    return [message for origin in chosen.origins for message in _findings(origin, rp_id=chosen.rp_id)]


def _findings(origin: str, *, rp_id: str) -> Iterator[CheckMessage]:
    host = urlsplit(origin).hostname or ""
    if not _is_stated_by_browsers(origin):
        yield Error(
            f"HARDENING_AUTHENTICATORS['origins'] holds {origin!r}, which no browser states over TLS.",
            hint="Write scheme, host and port as browsers do: 'https://portail.example', without a path.",
            id=LOOSE_ORIGIN,
        )
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        yield Error(
            f"HARDENING_AUTHENTICATORS['origins'] holds {origin!r}, which is not in ALLOWED_HOSTS: another site's "
            "scripts may ask for passkeys of this portal.",
            hint="Remove the origin, or add its host to ALLOWED_HOSTS if the portal answers there.",
            id=LOOSE_ORIGIN,
        )
    # Never bound to a domain under which strangers register theirs, such as "fr".
    if not verify_rp_id(rp_id, origin) or (rp_id != "localhost" and "." not in rp_id):
        yield Error(
            f"HARDENING_AUTHENTICATORS['rp_id'] {rp_id!r} is not the domain of {origin!r}, nor one above it.",
            hint="Use the host of the portal, or a domain above it that is wholly yours.",
            id=FOREIGN_DOMAIN,
        )


def _is_stated_by_browsers(origin: str) -> bool:
    """Tell whether a browser could state this origin from a page of ours: it is compared character by character."""
    parts = urlsplit(origin)
    try:
        port = parts.port
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost")
    stated_port = "" if port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f":{port}"
    return is_safe and origin == f"{parts.scheme}://{parts.hostname}{stated_port}"
