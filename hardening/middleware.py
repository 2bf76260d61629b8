"""The one middleware entry: what each installed domain does around a request, in a fixed order.

``"hardening.middleware.HardeningMiddleware"`` stands directly after Django's AuthenticationMiddleware.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.apps import apps
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

from hardening import request_ids
from hardening.composition import MIDDLEWARE_PARTS
from hardening.disclosing import guard_existence
from hardening.headers import harden
from hardening.requirements import PUBLIC

View = Callable[..., Any]


class HardeningMiddleware:
    """Composes the middleware of the domains, names the request, guards existence, and sets the headers."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.parts: list[Any] = []
        inner = get_response
        for domain in reversed([domain for domain in MIDDLEWARE_PARTS if apps.is_installed(f"hardening.{domain}")]):
            inner = import_string(MIDDLEWARE_PARTS[domain])(inner)
            self.parts.insert(0, inner)
        self.get_response = inner
        self.guards_existence = apps.is_installed("hardening.disclosure")
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the request."""
        if self.is_async:
            return self._answer(request)
        with self._surroundings() as request_id:
            response: HttpResponseBase = self.get_response(request)
        return self._hardened(request, response, request_id=request_id)

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        with self._surroundings() as request_id:
            response: HttpResponseBase = await self.get_response(request)
        return self._hardened(request, response, request_id=request_id)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Return the first refusal of a domain, or None."""
        for part in self._with("process_view"):
            if (refusal := part.process_view(request, view, args, kwargs)) is not None:
                return refusal  # type: ignore[no-any-return]  # parts are found by name
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Return the answer of the innermost domain that knows the exception, or None."""
        for part in reversed(list(self._with("process_exception"))):
            if (answer := part.process_exception(request, exception)) is not None:
                return answer  # type: ignore[no-any-return]  # parts are found by name
        return None

    def _with(self, hook: str) -> Iterator[Any]:
        return (part for part in self.parts if hasattr(part, hook))

    @contextmanager
    def _surroundings(self) -> Iterator[str]:
        with request_ids.assigned() as request_id:
            if not self.guards_existence:
                yield request_id
                return
            with guard_existence():
                yield request_id

    def _hardened(self, request: HttpRequest, response: HttpResponseBase, *, request_id: str) -> HttpResponseBase:
        is_public = getattr(request, "requirement", PUBLIC) == PUBLIC
        was_session_read = getattr(getattr(request, "session", None), "accessed", False)
        harden(response, is_personal=not is_public or was_session_read, request_id=request_id)
        return response
