"""Pages that anybody may read, and the pages of errors."""

import sys
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

import hardening
from portal.directory.desks import find_desk


@require_safe
@hardening.public
def landing(request: HttpRequest) -> HttpResponse:
    """Say what this is and lead to the login; whoever is logged in goes straight to work."""
    if request.user.is_authenticated:
        return redirect("lookups:by_nir" if find_desk(request) else "hardening_console:index")
    return render(request, "pages/landing.html")


@require_safe
@hardening.public
def help_page(request: HttpRequest) -> HttpResponse:
    """Explain the look-up, the count of people, and what to do about a lost telephone."""
    return render(request, "pages/help.html")


@require_safe
@hardening.public
def contact(request: HttpRequest) -> HttpResponse:
    """Say whom to call."""
    return render(request, "pages/contact.html", {"contact": settings.PORTAL_CONTACT})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read, and what is too large to read."""
    status = 413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent) else 400
    return render(request, f"{status}.html", status=status)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Explain a form that is no longer valid."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Say that it is our fault, in the portal's own frame, and as unavailable where a database does not answer.

    Rendered without the request: who is asking stands in a session, and its database may be what is broken.
    """
    is_outage = isinstance(sys.exception(), OperationalError | InterfaceError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_outage else HTTPStatus.INTERNAL_SERVER_ERROR
    response = HttpResponse(render_to_string("500.html", {"status": status.value}), status=status)
    if is_outage:
        response["Retry-After"] = "30"
    return response
