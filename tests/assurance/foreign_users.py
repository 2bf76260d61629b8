"""What APIs do to ``request.user``."""

from collections.abc import Callable
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal.accounts.models import Account


class TokenMiddleware:
    """Puts the user that the header names on the request, as token middleware of several packages do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind, _, username = request.headers.get("X-Token", "").partition(" ")
        makers: dict[str, Callable[[], object]] = {
            "account": lambda: Account.objects.get(username=username),
            "lazy": lambda: SimpleLazyObject(lambda: Account.objects.get(username=username)),
            "bare": lambda: SimpleNamespace(pk=7, is_authenticated=True),
            "without_pk": lambda: SimpleNamespace(is_authenticated=True),
            "none": lambda: None,
        }
        if kind:
            request.user = makers[kind]()  # type: ignore[assignment]  # the defect under test
        return self.get_response(request)
