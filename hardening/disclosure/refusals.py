"""How a refused look-up is answered: what happened, that nothing was shown, the fastest way on, and when."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from hardening import clock, request_ids
from hardening.disclosure.wording import Wording, wording_of
from hardening.errors import (
    BrokerBudgetError,
    BudgetExceeded,
    DisclosureRefused,
    KeyUnavailableError,
    StepUpRequired,
    StoreUnavailableError,
)

_log = logging.getLogger("hardening.disclosure")

_PAGE, _JSON, _PROBLEM = "text/html", "application/json", "application/problem+json"
_STEP_UP_URL = "hardening:step_up"
_KEYS_BACK_IN = timedelta(seconds=30)


@dataclass(frozen=True)
class Refusal:
    """One refusal, ready to be worded. ``reason`` is a stable word for programs and support."""

    status: HTTPStatus
    reason: str
    reference: str
    resets_at: datetime | None = None
    retry_after: timedelta | None = None

    @property
    def retry_after_seconds(self) -> int | None:
        """Return whole seconds, rounded up: whoever comes back then must not be early."""
        if self.retry_after is None:
            return None
        return max(1, -(-self.retry_after // timedelta(seconds=1)))


def answer(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """Return the answer to what the gate raised, or None for what is not the gate's."""
    refusal = refusal_of(exception)
    if refusal is None:
        return None
    if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
        _log.error("nobody is disclosed: %s (request %s)", exception, refusal.reference, exc_info=exception)
    wording = wording_of(refusal.reason, resets_at=refusal.resets_at)
    response = _problem(refusal, wording) if is_program(request) else _page(request, refusal, wording)
    if refusal.retry_after_seconds is not None:
        response["Retry-After"] = str(refusal.retry_after_seconds)
    response["Cache-Control"] = "no-store"
    return response


def refusal_of(exception: Exception) -> Refusal | None:
    """Return what an exception of the gate means, or None."""
    reference = getattr(exception, "reference", "") or request_ids.current()
    match exception:
        case BudgetExceeded():
            wait = exception.resets_at - clock.now()
            return Refusal(HTTPStatus.TOO_MANY_REQUESTS, exception.reason, reference, exception.resets_at, wait)
        case DisclosureRefused():
            return Refusal(HTTPStatus.FORBIDDEN, exception.reason, reference)
        case StepUpRequired():
            return Refusal(HTTPStatus.FORBIDDEN, "step_up", reference)
        case _:
            return _unavailable(exception, reference=reference)


def _unavailable(exception: Exception, *, reference: str) -> Refusal | None:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    match exception:
        case StoreUnavailableError():
            return Refusal(status, "unavailable", reference, retry_after=exception.retry_after)
        case KeyUnavailableError():
            return Refusal(status, "unavailable", reference, retry_after=_KEYS_BACK_IN)
        case BrokerBudgetError():
            # 503, which is logged as an error: the gate refuses first, unless somebody went around it.
            until = exception.resets_at
            return Refusal(status, "portal_keys", reference, until, until - clock.now())
        case _:
            return None


def is_program(request: HttpRequest) -> bool:
    """Tell whether a program is calling: it brings its own authorization, or prefers JSON to a page."""
    if "HTTP_AUTHORIZATION" in request.META:
        return True
    return request.get_preferred_type([_PAGE, _JSON, _PROBLEM]) in {_JSON, _PROBLEM}


def _problem(refusal: Refusal, wording: Wording) -> HttpResponse:
    body = {
        "type": f"urn:hardening:disclosure:{refusal.reason}",
        "title": str(wording.title),
        "status": refusal.status.value,
        "detail": str(wording.what_happened),
        "reason": refusal.reason,
        "reference": refusal.reference,
    }
    if refusal.resets_at is not None:
        body["resets_at"] = refusal.resets_at.isoformat()
    return JsonResponse(body, status=refusal.status, content_type=_PROBLEM)


def _page(request: HttpRequest, refusal: Refusal, wording: Wording) -> HttpResponse:
    context = {"refusal": refusal, "wording": wording, "step_up_url": _step_up_url(refusal)}
    return render(request, "hardening/disclosure/refused.html", context, status=refusal.status)


def _step_up_url(refusal: Refusal) -> str:
    if refusal.reason != "step_up":
        return ""
    try:
        return reverse(_STEP_UP_URL)
    except NoReverseMatch:
        return ""
