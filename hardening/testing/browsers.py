"""A browser that an account has used for long, for tests and demonstrations of its everyday."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from hardening.lockout import device_cookies


def make_known(client: Any, account: AbstractBaseUser) -> str:  # noqa: ANN401 - Client or AsyncClient
    """Give the test client the device cookie that a browser of everyday has; return the cookie's value."""
    name, value = known_browser_cookie(account)
    client.cookies[name] = value
    return value


def known_browser_cookie(account: AbstractBaseUser) -> tuple[str, str]:
    """Return name and value of the cookie of a browser that becomes known to ``account`` by this call."""
    request, response = HttpRequest(), HttpResponse()
    request.META.update({"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "Mozilla/5.0"})
    device_cookies.remember(request, response, account=account)
    name = device_cookies.cookie_name(account.get_username())
    return name, response.cookies[name].value
