"""The cookie of a login under way: it comes back with the issuer's redirect, and ties the answer to this browser."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase

from hardening.integrations.pro_sante_connect.flow import LIFETIME, Flow, read

_signer = Signer(salt="hardening.integrations.pro_sante_connect")


def cookie_name() -> str:
    """Return the cookie's name; under ``__Host-`` no neighbouring sub-domain can set it."""
    return "__Host-pro-sante-connect" if settings.SESSION_COOKIE_SECURE else "pro-sante-connect"


def keep(response: HttpResponseBase, flow: Flow) -> None:
    """Leave the login with the browser. Nothing is written on the server before an answer comes."""
    response.set_cookie(
        cookie_name(),
        _signer.sign_object(flow.as_json()),
        max_age=LIFETIME,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",  # the issuer's redirect is a navigation from another site
    )


def kept(request: HttpRequest) -> Flow | None:
    """Return the login that this browser began, or None."""
    try:
        return read(_signer.unsign_object(request.COOKIES.get(cookie_name(), "")))
    except (BadSignature, ValueError):
        return None


def clear(response: HttpResponseBase) -> None:
    """Take the cookie back, whatever came of the login."""
    response.delete_cookie(cookie_name(), samesite="Lax")
    response.cookies[cookie_name()]["secure"] = bool(settings.SESSION_COOKIE_SECURE)
