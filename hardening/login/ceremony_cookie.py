"""The secret that a browser holds before anybody is logged in: what a passkey is asked for goes back to it alone.

Without it a challenge fetched by one browser could be answered out of another: a login of the attacker's own account,
planted in his victim's browser (P15), or of the victim's, carried away.
"""

import re
import secrets
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_SECRET_BYTES = 16
_VALUE = re.compile(r"[A-Za-z0-9_-]{22}")


def cookie_name() -> str:
    """Return the name of the cookie; the prefix keeps a sub-domain from setting it."""
    return "__Host-ceremony" if settings.SESSION_COOKIE_SECURE else "ceremony"


def binding_of(request: HttpRequest) -> str:
    """Return what the challenges of this browser are bound to, or nothing: then no answer is taken from it."""
    value = request.COOKIES.get(cookie_name(), "")
    return _binding(value) if _VALUE.fullmatch(value) else ""


def new_value() -> str:
    """Return a secret for a browser that has none."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def binding_by(value: str) -> str:
    """Return what challenges are bound to in the browser that is about to be given ``value``."""
    return _binding(value)


def give(response: HttpResponseBase, value: str) -> None:
    """Have the browser keep ``value`` until it is closed; scripts and other sites never see or send it."""
    response.set_cookie(
        cookie_name(), value, path="/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict"
    )


def _binding(value: str) -> str:
    return sha256(value.encode("ascii")).hexdigest()
