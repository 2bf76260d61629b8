"""What the gate's refusals look like to a browser or a program, and that no view shows people behind its back."""

import logging
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.apps import apps
from django.http import HttpRequest, HttpResponseBase

from hardening.disclosure import refusals
from hardening.disclosure.conf import DisclosureSettings
from hardening.disclosure.declaring import is_undeclared
from hardening.errors import HardeningError, StepUpRequired

_log = logging.getLogger("hardening.disclosure")

_VIEW = "_hardening_disclosure_view"


class UndeclaredDisclosureError(HardeningError):
    """A protected view answered without a charge and without saying that it shows nobody."""


class DisclosureMiddleware:
    """Answers what the gate raises, and refuses undeclared responses; inside the assurance middleware."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        self.answers_step_up = not apps.is_installed("hardening.assurance")
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 - a response, or the awaitable of one
        """Answer the request."""
        if self.is_async:
            return self._answer(request)
        response = self.get_response(request)
        _require_declaration(request, response)
        return response

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await self.get_response(request)
        _require_declaration(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> None:
        """Remember which view answers."""
        setattr(request, _VIEW, view)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Return the page, or problem+json, for what the gate raised; nothing was shown."""
        if isinstance(exception, StepUpRequired) and not self.answers_step_up:
            return None  # assurance knows the way to a step-up
        return refusals.answer(request, exception)


def _require_declaration(request: HttpRequest, response: HttpResponseBase) -> None:
    view = getattr(request, _VIEW, None)
    if view is None:
        return
    settings = DisclosureSettings.load()
    if not is_undeclared(request, response, view=view, nobody=settings.nobody):
        return
    name = f"{getattr(view, '__module__', '')}.{getattr(view, '__qualname__', view)}"
    if settings.refuses_undeclared():
        raise UndeclaredDisclosureError(
            f"{name} answered outside the gate: use disclose(), or mark it with @hardening.discloses_nobody"
        )
    _log.error("%s answered outside the gate and does not declare that it shows nobody", name)
