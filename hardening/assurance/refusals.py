"""How a request is refused whose session has proven too little: a redirect, a page, or problem+json (RFC 9470)."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.apps import apps
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from hardening.assurance.conf import AssuranceSettings
from hardening.assurance.remedies import Remedy
from hardening.requirements import Requirement

_PAGE, _JSON, _PROBLEM = "text/html", "application/json", "application/problem+json"
_SAFE = frozenset({"GET", "HEAD"})


def refuse(request: HttpRequest, *, remedy: Remedy, requirement: Requirement) -> HttpResponseBase:
    """Return the way on for this client: pages are sent to the login or the step-up, programs get a challenge.

    A request that changes something is never repeated by a redirect; its page says that nothing was done. A form may
    wait in the step-up page for the proof (D23).
    """
    if is_program(request):
        return _challenge(remedy, requirement)
    target = _address(remedy)
    if target is None or target == request.path:
        return _page(request, remedy=remedy, way_on=None)  # no such page, or it would be sent to itself for ever
    if request.method in _SAFE:
        return HttpResponseRedirect(_with_next(target, request.get_full_path()))
    way_on = _with_next(target, _page_before(request))
    held = _holding(request, way_on=way_on) if remedy is Remedy.STEP_UP else None
    return held or _page(request, remedy=remedy, way_on=way_on)


def refuse_foreign(request: HttpRequest) -> HttpResponseBase:
    """Return 403 for a user that the session knows nothing of (P26): no login of his session would mend that."""
    if is_program(request):
        return _problem(HTTPStatus.FORBIDDEN, _("This account has not proven what is needed here."), {})
    return _page(request, remedy=None, way_on=None)


def is_program(request: HttpRequest) -> bool:
    """Tell whether a program is calling: it prefers JSON to a page, or brings an authorization and asks for no page.

    A browser that a proxy of a test site made send its own authorization still names pages first.
    """
    if "HTTP_AUTHORIZATION" in request.META and _PAGE not in request.headers.get("Accept", ""):
        return True
    return request.get_preferred_type([_PAGE, _JSON, _PROBLEM]) in {_JSON, _PROBLEM}


def _challenge(remedy: Remedy, requirement: Requirement) -> HttpResponse:
    wanted: dict[str, str | int] = {"acr_values": "phr" if requirement.phishing_resistant else "aal2"}
    if requirement.max_age is not None:
        wanted["max_age"] = int(requirement.max_age.total_seconds())
    details = {
        Remedy.HELD: _("This login waits for its owner’s confirmation."),
        Remedy.STEP_UP: _("Prove again who you are."),
        Remedy.PROBATION: _("This browser is on probation: prove who you are with a passkey."),
    }
    detail = details.get(remedy, _("Log in with two steps first."))
    response = _problem(HTTPStatus.UNAUTHORIZED, detail, wanted)
    parameters = {key: str(value) for key, value in wanted.items()}
    if remedy in details:
        # RFC 6750 wants no error where no authentication was tried.
        parameters = {"error": "insufficient_user_authentication", **parameters}
    response["WWW-Authenticate"] = "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parameters.items())
    return response


def _problem(status: HTTPStatus, detail: str, more: dict[str, str | int]) -> HttpResponse:
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=_PROBLEM)


def _page(request: HttpRequest, *, remedy: Remedy | None, way_on: str | None) -> HttpResponse:
    context = {"remedy": remedy.value if remedy else "", "way_on": way_on}
    return render(request, "hardening/assurance/refused.html", context, status=HTTPStatus.FORBIDDEN)


def _holding(request: HttpRequest, *, way_on: str) -> HttpResponse | None:
    holder = AssuranceSettings.load().form_holder
    if not holder or apps.get_containing_app_config(holder) is None:
        return None
    page: HttpResponse | None = import_string(holder)(request, way_on)
    return page


def _address(remedy: Remedy) -> str | None:
    settings = AssuranceSettings.load()
    names = {
        Remedy.LOGIN: settings.login_url,
        Remedy.CODE: settings.code_url,
        Remedy.HELD: settings.held_url,
        Remedy.STEP_UP: settings.step_up_url,
    }
    try:
        return reverse(names[remedy]) if remedy in names else None
    except NoReverseMatch:
        return None


def _with_next(target: str, path: str) -> str:
    return f"{target}?{urlencode({'next': path})}" if path else target


def _page_before(request: HttpRequest) -> str:
    """Return the page whose form was sent, if it is ours: the address of a form's target may know no GET."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    parts = urlsplit(referer)
    # Slashes folded: `//evil.example` would be another site once the host is cut off.
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
