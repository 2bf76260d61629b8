"""Addresses of the peer's portal: its login, a page that reads nothing, and the look-up."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django_otp.decorators import otp_required
from two_factor.urls import urlpatterns as two_factor_urls

from benchmarks.two_factor_axes.models import Person


@otp_required  # type: ignore[untyped-decorator]  # django-otp is untyped
def home(request: HttpRequest) -> HttpResponse:
    """Show a page that reads nothing but who is logged in."""
    return HttpResponse(f"hello {request.user.get_username()}")


@otp_required  # type: ignore[untyped-decorator]  # django-otp is untyped
def look_up(request: HttpRequest) -> HttpResponse:
    """Show the cover of the person with this number and birth date."""
    person = Person.objects.filter(nir=request.POST["nir"], birth_date=request.POST["birth_date"]).first()
    if person is None:
        return HttpResponse("nobody", status=404)
    return HttpResponse(f"{person.name}, {person.insurer}")


urlpatterns = [
    path("", include(two_factor_urls)),
    path("home/", home, name="home"),
    path("look-up/", look_up, name="look_up"),
]
