"""Log a test client in with real proofs, where the login itself is not what is tested."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from hardening.assurance.raising import begin_half_login, open_session
from hardening.requirements import Standing
from hardening.sessions.backend import SessionStore


def half_log_in(client: Any, account_user: AbstractBaseUser, *, is_known_browser: bool = False) -> SessionStore:  # noqa: ANN401 - Client or AsyncClient
    """Leave the client after the password step of ``account_user``; return its session."""
    request = _request_of(client)
    begin_half_login(request, account=str(account_user.pk), is_known_browser=is_known_browser)
    return _keep(client, request)


def log_in(
    client: Any,  # noqa: ANN401 - Client or AsyncClient
    account_user: AbstractBaseUser,
    *,
    methods: Iterable[str] = ("pwd", "otp"),
    is_known_browser: bool = True,
    standing: Standing = Standing.FULL,
) -> SessionStore:
    """Log the client in through the verbs that a real login uses; return its session.

    ``methods`` are RFC 8176 names; those of a passkey are ``("swk", "mfa")``. Unlike ``client.force_login`` the
    session has proven something, so that views which state nothing open. ``standing`` is what a login from a browser
    that nobody knows is opened in.
    """
    given = set(methods)
    if "pwd" in given:
        half_log_in(client, account_user, is_known_browser=is_known_browser)
    request = _request_of(client)
    open_session(
        request, account_user=account_user, methods=given, is_known_browser=is_known_browser, standing=standing
    )
    return _keep(client, request)


def _request_of(client: Any) -> HttpRequest:  # noqa: ANN401 - Client or AsyncClient
    request = HttpRequest()
    request.META.update({"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "Mozilla/5.0"})
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    request.session = SessionStore(cookie.value if cookie else None)
    request.user = AnonymousUser()
    return request


def _keep(client: Any, request: HttpRequest) -> SessionStore:  # noqa: ANN401 - Client or AsyncClient
    session = request.session
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert isinstance(session, SessionStore)  # noqa: S101 - for the type; open_session has refused any other
    return session
