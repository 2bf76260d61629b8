"""The pages of the login, and one page behind it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

import hardening


@hardening.discloses_nobody
def counter(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"counter of {request.user.get_username()}")


urlpatterns = [path("", include("hardening.urls")), path("counter/", counter, name="counter")]
