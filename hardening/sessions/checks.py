"""System checks: every way in which an installation would give a stolen cookie more than it should have."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name

from hardening.conf import ConfigurationError
from hardening.sessions.conf import SessionsSettings

FOREIGN_ENGINE = "hardening_sessions.E001"
READABLE_BY_SCRIPTS = "hardening_sessions.E002"
SENT_ACROSS_SITES = "hardening_sessions.E003"
SENT_IN_CLEAR = "hardening_sessions.E004"
PREFIX_WITHOUT_ITS_RULES = "hardening_sessions.E005"
NO_HOST_PREFIX = "hardening_sessions.W001"
WEAKER_THAN_AAL2 = "hardening_sessions.W002"

ENGINE = "hardening.sessions.backend"
HOST_PREFIX = "__Host-"
LOOPBACK = frozenset({"localhost", ".localhost", "127.0.0.1", "[::1]", "testserver"})
"""Hosts that no network reaches; ``testserver`` is what Django's test client calls itself."""

IDLE_AT_AAL2, ABSOLUTE_AT_AAL2 = timedelta(hours=1), timedelta(hours=24)
"""NIST SP 800-63B-4 for AAL2."""


def check_engine(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse engines that store the cookie itself, or trust it with the data (D12, P31)."""
    if settings.SESSION_ENGINE == ENGINE:
        return []
    return [
        Error(
            f"SESSION_ENGINE is {settings.SESSION_ENGINE!r}: a dump of its store opens sessions, none has limits on "
            "the server, and nothing records what a session has proven.",
            hint=f'Set SESSION_ENGINE = "{ENGINE}".',
            id=FOREIGN_ENGINE,
        )
    ]


def check_cookie(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse a cookie that scripts, other sites or eavesdroppers get."""
    return [message for rule in _COOKIE_RULES for message in rule()]


def check_limits(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Warn of limits beyond what AAL2 allows. Impossible ones are refused by ``hardening.E002``."""
    try:
        limits = SessionsSettings.load()
    except ConfigurationError:
        return []
    if limits.idle <= IDLE_AT_AAL2 and limits.absolute <= ABSOLUTE_AT_AAL2:
        return []
    return [
        Warning(
            "HARDENING_SESSIONS lets a session idle for more than one hour, or live for more than 24: "
            "that is weaker than AAL2 of NIST SP 800-63B-4.",
            hint="Lower 'idle' to at most one hour and 'absolute' to at most 24.",
            id=WEAKER_THAN_AAL2,
        )
    ]


def is_loopback_only() -> bool:
    """Tell whether the portal answers on this machine only: the demonstration and the tests (D20)."""
    return set(settings.ALLOWED_HOSTS) <= LOOPBACK


def _scripts() -> Sequence[CheckMessage]:
    if settings.SESSION_COOKIE_HTTPONLY:
        return []
    return [
        Error(
            "SESSION_COOKIE_HTTPONLY is off: one injected script sends the session away.",
            hint="Set SESSION_COOKIE_HTTPONLY = True.",
            id=READABLE_BY_SCRIPTS,
        )
    ]


def _other_sites() -> Sequence[CheckMessage]:
    if settings.SESSION_COOKIE_SAMESITE in {"Lax", "Strict"}:
        return []
    return [
        Error(
            f"SESSION_COOKIE_SAMESITE is {settings.SESSION_COOKIE_SAMESITE!r}: other sites send requests in the "
            "person's session.",
            hint='Set SESSION_COOKIE_SAMESITE = "Lax".',
            id=SENT_ACROSS_SITES,
        )
    ]


def _eavesdroppers() -> Sequence[CheckMessage]:
    if settings.SESSION_COOKIE_SECURE or is_loopback_only():
        return []
    return [
        Error(
            "SESSION_COOKIE_SECURE is off, and ALLOWED_HOSTS reaches beyond this machine: the cookie is readable.",
            hint="Set SESSION_COOKIE_SECURE = True, or serve localhost only, as the demonstration does.",
            id=SENT_IN_CLEAR,
        )
    ]


def _prefix() -> Sequence[CheckMessage]:
    if not settings.SESSION_COOKIE_NAME.startswith(HOST_PREFIX):
        return [] if is_loopback_only() else [_no_prefix()]
    is_whole = settings.SESSION_COOKIE_SECURE and settings.SESSION_COOKIE_PATH == "/"
    if is_whole and not settings.SESSION_COOKIE_DOMAIN:
        return []
    return [
        Error(
            "SESSION_COOKIE_NAME starts with __Host-, but the cookie is not Secure, has a Domain, or has a Path: "
            "browsers drop it, and nobody stays logged in.",
            hint='Set SESSION_COOKIE_SECURE = True, SESSION_COOKIE_PATH = "/" and SESSION_COOKIE_DOMAIN = None.',
            id=PREFIX_WITHOUT_ITS_RULES,
        )
    ]


def _no_prefix() -> CheckMessage:
    return Warning(
        f"SESSION_COOKIE_NAME is {settings.SESSION_COOKIE_NAME!r}: a neighbour in the domain can plant a session here.",
        hint='Set SESSION_COOKIE_NAME = "__Host-session".',
        id=NO_HOST_PREFIX,
    )


_COOKIE_RULES: tuple[Callable[[], Sequence[CheckMessage]], ...] = (_scripts, _other_sites, _eavesdroppers, _prefix)
