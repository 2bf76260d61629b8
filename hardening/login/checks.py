"""System checks: every way in which an installation would keep weaker passwords, or mail links to nowhere."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import get_hashers
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name
from django.core.exceptions import ImproperlyConfigured

from hardening.conf import ConfigurationError
from hardening.login import breached
from hardening.login.conf import LoginSettings
from hardening.login.password_hasher import PepperedArgon2PasswordHasher
from hardening.sessions.checks import is_loopback_only

NO_ADDRESS = "hardening_login.E001"
ADDRESS_IN_CLEAR = "hardening_login.E002"
NO_PEPPER = "hardening_login.E003"
ADDRESS_OF_NOBODY = "hardening_login.E004"
NO_LIST = "hardening_login.E005"
CHEAP_HASH = "hardening_login.W001"
NO_POLICY = "hardening_login.W002"

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
FLOOR_KIB, FLOOR_PASSES = 19 * 1024, 2
"""The least that OWASP recommends for argon2id on one lane."""
VALIDATORS = (
    "hardening.login.password_validators.LengthValidator",
    "hardening.login.password_validators.BlocklistValidator",
)
HASHER = f"{PepperedArgon2PasswordHasher.__module__}.{PepperedArgon2PasswordHasher.__qualname__}"


def check_address(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse an installation whose mails and letters could not name the portal, or would name it without TLS."""
    try:
        portal_url = LoginSettings.load().portal_url
    except ConfigurationError:
        return []  # refused by hardening.E002
    if not portal_url:
        return [
            Error(
                "HARDENING_LOGIN has no 'portal_url': no reset link can be mailed and no enrolment letter printed.",
                hint='Set HARDENING_LOGIN["portal_url"] to the address people type, such as "https://portail.example".',
                id=NO_ADDRESS,
            )
        ]
    parts = urlsplit(portal_url)
    is_loopback = parts.hostname in LOOPBACK
    if is_loopback and not is_loopback_only():
        return [
            Error(
                f"HARDENING_LOGIN['portal_url'] is {portal_url}, and ALLOWED_HOSTS reaches beyond this machine: reset "
                "links and letters lead each reader to his own computer.",
                hint='Set HARDENING_LOGIN["portal_url"] to the address people type, such as "https://portail.example".',
                id=ADDRESS_OF_NOBODY,
            )
        ]
    if parts.scheme == "https" or is_loopback:
        return []
    return [
        Error(
            "HARDENING_LOGIN['portal_url'] starts with http://: whoever is on the way reads reset links and letters.",
            hint='Set HARDENING_LOGIN["portal_url"] to the https:// address.',
            id=ADDRESS_IN_CLEAR,
        )
    ]


def check_hasher(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse new passwords without the pepper: a stolen table could then be guessed at."""
    try:
        preferred = get_hashers()[0]
    except (ImproperlyConfigured, ImportError, IndexError):
        preferred = None
    if isinstance(preferred, PepperedArgon2PasswordHasher):
        return []
    return [
        Error(
            "The first of PASSWORD_HASHERS uses no key: whoever steals the table tries guesses at leisure.",
            hint=f'Put "{HASHER}" first; older hashes are renewed at the next login.',
            id=NO_PEPPER,
        )
    ]


def check_cost(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Warn, before a deployment, of a hash that is cheaper than the least recommended."""
    preferred = get_hashers()[0]
    if not isinstance(preferred, PepperedArgon2PasswordHasher):
        return []  # refused by E003
    if preferred.memory_cost >= FLOOR_KIB and preferred.time_cost >= FLOOR_PASSES:
        return []
    return [
        Warning(
            "The password hash costs less than 19 MiB and two passes: with the pepper key stolen, guessing is cheap.",
            hint=f'Use "{HASHER}" as it is, or a subclass with higher costs.',
            id=CHEAP_HASH,
        )
    ]


def check_breached_list(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse a list of breached passwords that cannot be read: the login of whoever has one would fail."""
    try:
        path = LoginSettings.load().breached_file
        if path:
            breached.mapped(path)
    except ConfigurationError:
        return []  # refused by hardening.E002
    except (OSError, ValueError):
        return [
            Error(
                "HARDENING_LOGIN['breached_file'] is no list of breached passwords, or cannot be read.",
                hint="Build it with manage.py make_breached_list, and let the portal's user read it.",
                id=NO_LIST,
            )
        ]
    return []


def check_policy(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Warn of an installation that takes the passwords attackers try first."""
    listed = {validator.get("NAME") for validator in settings.AUTH_PASSWORD_VALIDATORS}
    missing = [name for name in VALIDATORS if name not in listed]
    if not missing:
        return []
    return [
        Warning(
            "AUTH_PASSWORD_VALIDATORS takes short passwords, or those that attackers try first.",
            hint=f"Add {', '.join(missing)}.",
            id=NO_POLICY,
        )
    ]
