"""What all pages of this domain share: never stored, never leaving the portal, and one answer to a full bucket."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from hardening import clock, request_ids
from hardening.errors import CodeDisabled, LockedOut
from hardening.requirements import Assurance
from hardening.sessions.backend import SessionStore

NEXT = "next"

View = Callable[..., HttpResponseBase]


class HardenedRequest(HttpRequest):
    """A request as the middleware leaves it: for annotations, never made."""

    user: Any
    """AUTH_USER_MODEL, whichever it is; anonymous before the second step."""
    session: SessionStore
    assurance: Assurance


def secret_page(view: View) -> View:
    """Return the view with its secrets kept: no cache, no traceback and no other site gets to see them.

    A full bucket is answered the same way on every page: with when it opens, whether or not the name exists.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - Django's
        try:
            return view(request, *args, **kwargs)
        except LockedOut as locked:
            return locked_out(request, locked)

    kept: View = sensitive_variables()(sensitive_post_parameters()(never_cache(csrf_protect(guarded))))
    return kept


def locked_out(request: HttpRequest, locked: LockedOut) -> HttpResponse:
    """Return the page that says until when, counted by the name as submitted: it knows no accounts."""
    if isinstance(locked, CodeDisabled):
        # Only somebody with the right password gets here; waiting would not help, so none is promised.
        reference = {"reference": request_ids.current()}
        return render(request, "hardening/login/code_disabled.html", reference, status=403)
    seconds = max(1, int((locked.until - clock.now()).total_seconds()) + 1)
    context = {"until": locked.until, "minutes": -(-seconds // 60), "reference": request_ids.current()}
    response = render(request, "hardening/login/locked.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def page_asked_for(request: HttpRequest) -> str:
    """Return the page to go on to after a proof, if one was asked for and lies on this host; else nothing."""
    asked = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else ""


def go_on(request: HttpRequest, view_name: str) -> HttpResponseRedirect:
    """Return the way to the next step, which will go on to the page asked for."""
    asked = page_asked_for(request)
    return HttpResponseRedirect(reverse(view_name) + (f"?{urlencode({NEXT: asked})}" if asked else ""))


def arrive(request: HttpRequest) -> HttpResponseRedirect:
    """Return the way to the page asked for, or to the portal's first page."""
    return HttpResponseRedirect(page_asked_for(request) or resolve_url(settings.LOGIN_REDIRECT_URL))
