"""The idle limit counts from the last request, under WSGI and under ASGI."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.sessions.backends.signed_cookies import SessionStore as CookieStore
from django.http import HttpRequest, HttpResponse

from hardening import clock
from hardening.sessions.backend import SessionStore
from hardening.sessions.middleware import SessionsMiddleware
from hardening.sessions.models import Session

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def cookie() -> str:
    with clock.frozen(NOON):
        session = SessionStore()
        session["basket"] = 1
        session.save()
    return session.session_key or ""


def sync_answer(view: Callable[[HttpRequest], None], request: HttpRequest) -> None:
    def get_response(request: HttpRequest) -> HttpResponse:
        view(request)
        return HttpResponse()

    SessionsMiddleware(get_response)(request)


def async_answer(view: Callable[[HttpRequest], None], request: HttpRequest) -> None:
    async def get_response(request: HttpRequest) -> HttpResponse:
        await sync_to_async(view)(request)
        return HttpResponse()

    middleware: Any = SessionsMiddleware(get_response)
    async_to_sync(middleware)(request)


def last_seen_after(answer: Any, view: Callable[[HttpRequest], None], session: Any) -> datetime:
    request = HttpRequest()
    request.session = session
    with clock.frozen(LATER):
        answer(view, request)
    return Session.objects.get().last_seen_at


def look(request: HttpRequest) -> None:
    request.session.get("basket")


def look_away(_request: HttpRequest) -> None:
    pass


def fill(request: HttpRequest) -> None:
    request.session["basket"] = 2


both = pytest.mark.parametrize("answer", [sync_answer, async_answer])


@both
def test_a_request_that_looks_at_the_session_is_noted(cookie: str, answer: Any) -> None:
    assert last_seen_after(answer, look, SessionStore(cookie)) == LATER


@both
def test_a_request_that_does_not_is_no_use_of_it(cookie: str, answer: Any) -> None:
    assert last_seen_after(answer, look_away, SessionStore(cookie)) == NOON


@both
def test_a_session_that_will_be_saved_is_left_to_the_save(cookie: str, answer: Any) -> None:
    assert last_seen_after(answer, fill, SessionStore(cookie)) == NOON


@both
def test_another_engine_is_left_alone(cookie: str, answer: Any) -> None:
    assert last_seen_after(answer, look, CookieStore(cookie)) == NOON


def test_async_the_store_reads_writes_and_rotates_alike(cookie: str) -> None:
    async def visit() -> tuple[Any, str | None]:
        session = SessionStore(cookie)
        basket = await session.aget("basket")
        await session.aset("basket", 2)
        await session.acycle_key()
        await session.asave()
        return basket, session.session_key

    with clock.frozen(LATER):
        basket, key = async_to_sync(visit)()
        assert (basket, SessionStore(key).get("basket"), SessionStore(cookie).get("basket")) == (1, 2, None)


def test_async_a_flushed_session_is_gone(cookie: str) -> None:
    async def leave() -> bool:
        session = SessionStore(cookie)
        await session.aflush()
        return session.is_empty()

    assert async_to_sync(leave)()
    assert Session.objects.count() == 0
