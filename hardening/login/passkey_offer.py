"""Whether to offer a passkey to somebody who logged in by code, and how that is put off."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.keys.digests import digest
from hardening.requirements import ANONYMOUS, Assurance, Level

PAUSE = timedelta(days=30)
"""Until somebody who said "later" is asked again: more often is a nuisance, and is clicked away unread."""


def is_due(request: HttpRequest) -> bool:
    """Tell whether the card is shown: to a complete login without a passkey, unless it was put off here."""
    assurance: Assurance = getattr(request, "assurance", ANONYMOUS)
    if assurance.level < Level.AAL2 or assurance.is_phishing_resistant or assurance.is_on_probation:
        return False
    return bool(AuthenticatorsSettings.load().rp_id) and cookie_name(assurance.account) not in request.COOKIES


def put_off(response: HttpResponseBase, *, account: str) -> None:
    """Ask no more in this browser for 30 days; its other accounts are asked."""
    options: dict[str, Any] = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
    response.set_cookie(cookie_name(account), "1", max_age=PAUSE, path="/", **options)


def cookie_name(account: str) -> str:
    """Return the name of this account's cookie, which tells the next person at the computer no name."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}passkey-later-{digest('login.passkey_offer', account)[:12]}"
