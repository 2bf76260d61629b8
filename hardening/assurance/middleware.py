"""Deny by default: no view runs for a session that has not proven what the view needs."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase

from hardening import clock
from hardening.assurance.conf import AssuranceSettings
from hardening.assurance.current import LiveAssurance, acting_account, assurance_of, is_acting
from hardening.assurance.refusals import refuse, refuse_foreign
from hardening.assurance.remedies import Remedy, remedy
from hardening.assurance.routes import requirement_of
from hardening.errors import StepUpRequired
from hardening.requirements import AAL2, Level


class AssuranceMiddleware:
    """Sets ``request.assurance`` and refuses before the view; after AuthenticationMiddleware."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 - a response, or the awaitable of one
        """Answer the request; nothing is read before somebody asks."""
        request.assurance = LiveAssurance(request)  # type: ignore[attr-defined]  # ours to add
        return self.get_response(request)

    # Not async: Django runs it in a thread under ASGI, where session and user are read as they always are.
    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Return the refusal where the session falls short of what the view needs, else None."""
        match = request.resolver_match
        stated = requirement_of(
            view,
            view_name=match.view_name if match else "",
            namespaces=match.namespaces if match else (),
            routes=AssuranceSettings.load().routes,
        )
        request.requirement = stated.requirement  # type: ignore[attr-defined]  # ours to add
        if stated.requirement.level == Level.ANONYMOUS:
            return None
        missing = remedy(assurance_of(request), stated.requirement, at=clock.now())
        if missing is Remedy.NOTHING:
            return None
        if missing is Remedy.LOGIN and _is_foreign(request):
            return refuse_foreign(request)
        return refuse(request, remedy=missing, requirement=stated.requirement)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Return the way to a step-up where a gate inside the view asked for one."""
        if not isinstance(exception, StepUpRequired):
            return None
        return refuse(request, remedy=Remedy.STEP_UP, requirement=AAL2)


def _is_foreign(request: HttpRequest) -> bool:
    """Tell whether the request acts as somebody whom its session did not log in."""
    session = getattr(request, "session", {})
    return is_acting(request) and acting_account(request) != session.get(SESSION_KEY)
