"""Addresses of the peer's portal: a login page with its script, its ceremonies, and a page that reads nothing."""

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path
from django_otp.decorators import otp_required

PAGE = "{% load otp_webauthn %}<form>{% csrf_token %}</form>{% render_otp_webauthn_auth_scripts %}"


def login(request: HttpRequest) -> HttpResponse:
    """Show the page that the package's script works on."""
    return HttpResponse(Template(PAGE).render(RequestContext(request)))


@otp_required  # type: ignore[untyped-decorator]  # django-otp is untyped
def home(request: HttpRequest) -> HttpResponse:
    """Show a page that reads nothing but who is logged in."""
    return HttpResponse(f"hello {request.user.get_username()}")


urlpatterns = [
    path("login/", login, name="login"),
    path("home/", home, name="home"),
    path("webauthn/", include("django_otp_webauthn.urls", namespace="otp_webauthn")),
]
