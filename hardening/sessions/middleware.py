"""Notes that a session is in use, so that the idle limit counts from the last request."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase

from hardening.sessions.backend import SessionStore


class SessionsMiddleware:
    """Touch the session after the view: one write a minute at most, none where the response saves it anyway."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the request."""
        if self.is_async:
            return self._answer(request)
        response: HttpResponseBase = self.get_response(request)
        if (session := _session_to_touch(request)) is not None:
            session.touch()
        return response

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await self.get_response(request)
        if (session := _session_to_touch(request)) is not None:
            await sync_to_async(session.touch)()
        return response


def _session_to_touch(request: HttpRequest) -> SessionStore | None:
    session = getattr(request, "session", None)
    return session if isinstance(session, SessionStore) and session.accessed and not session.modified else None
