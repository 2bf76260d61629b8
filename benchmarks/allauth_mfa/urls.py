"""Addresses of the peer's portal: its own, and a page that reads nothing."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show a page that reads nothing but who is logged in."""
    return HttpResponse(f"hello {request.user.get_username()}")


urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("home/", home, name="home"),
]
