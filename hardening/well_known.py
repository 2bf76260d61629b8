"""Addresses that other programs expect of any site: security.txt, change-password, and a health endpoint."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from django.db import DatabaseError, connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from hardening import clock
from hardening.conf import ConfigurationError, DomainSettings
from hardening.requirements import public


@dataclass(frozen=True, kw_only=True)
class SiteSettings(DomainSettings):
    """``HARDENING_SITE``: what the site says about itself to strangers."""

    domain = "SITE"

    security_contact: str = ""
    """Where to report a weakness, as ``mailto:…`` or ``https://…``; empty means no security.txt. Without one,
    whoever finds a hole has nobody to tell."""

    def __post_init__(self) -> None:
        """Refuse a contact that RFC 9116 would not read."""
        if self.security_contact and not self.security_contact.startswith(("mailto:", "https://", "tel:")):
            raise ConfigurationError(
                "HARDENING_SITE['security_contact'] must start with mailto:, https:// or tel:: security.txt needs a URI"
            )
        if any(character.isspace() for character in self.security_contact):
            raise ConfigurationError("HARDENING_SITE['security_contact'] holds a space: security.txt needs one URI")


SECURITY_TXT_LASTS = timedelta(days=90)
"""RFC 9116 asks for less than a year; it moves along while the site is alive."""


@public
@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Answer with the contact for security reports (RFC 9116)."""
    contact = SiteSettings.load().security_contact
    if not contact:
        raise Http404
    expires = (clock.now() + SECURITY_TXT_LASTS).strftime("%Y-%m-%dT00:00:00Z")
    text = f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: fr, en\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@public
@require_safe
def change_password(_request: HttpRequest) -> HttpResponse:
    """Send password managers to the page where a password is changed."""
    try:
        return HttpResponseRedirect(reverse("hardening:password_change"))
    except NoReverseMatch:
        raise Http404 from None


@public
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say whether this process reaches its databases, and nothing else: strangers read it."""
    try:
        for alias in connections:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})
