"""A small portal to knock at: one address for each way of stating, or not stating, what a view needs."""

from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.utils.decorators import method_decorator
from django.views import View

from hardening import AAL2, HELD, disclosing, public, requires
from hardening.errors import StepUpRequired
from hardening.requirements import HALF
from portal.accounts.models import Account


def unstated(_request: HttpRequest, **_: str) -> HttpResponse:
    return HttpResponse("opened")


async def unstated_async(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


@login_not_required
def not_required(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


@public
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.GET.get("echo", "opened"))


@public
async def open_to_all_async(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


@public
def who_is_there(request: HttpRequest) -> JsonResponse:
    assurance = request.assurance  # type: ignore[attr-defined]
    return JsonResponse({"level": int(assurance.level), "user": str(request.user)})


@requires(HALF)
def second_step(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


@requires(AAL2, max_age=timedelta(minutes=10))
def fresh(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


@requires(phishing_resistant=True)
def strongest(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


@requires(HELD)
def waiting(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


@requires(HELD, max_age=timedelta(minutes=10))
def waiting_fresh(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


@requires(phishing_resistant=True)
class StrongestView(View):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse("opened")


class InheritedView(StrongestView):
    pass


@method_decorator(requires(phishing_resistant=True), name="dispatch")
class DispatchedView(View):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse("opened")


def logged(view: Any) -> Any:
    @wraps(view)
    def wrapper(request: HttpRequest) -> Any:
        return view(request)

    return wrapper


def gate_wants_more(_request: HttpRequest) -> HttpResponse:
    raise StepUpRequired


def breaks(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


def token_user_inside(request: HttpRequest) -> JsonResponse:
    """Act as DRF does: another user is put on the request inside the view."""
    request.user = Account.objects.get(username=request.GET["as"])
    return JsonResponse({"level": int(request.assurance.level)})  # type: ignore[attr-defined]


def existence(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"guarded": disclosing.is_existence_guarded()})


def cached_for_all(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse("opened")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@public
def own_policy(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse("opened")
    response["Content-Security-Policy"] = "default-src 'self'"
    return response


@public
def door(request: HttpRequest) -> HttpResponse:
    """Stand for a page of the login, which is not what is tested here."""
    request.user = AnonymousUser()
    return HttpResponse(f"door {request.path}")


shop = ([path("basket/", unstated, name="basket"), path("window/", unstated, name="window")], "shop")

doors = (
    [
        path("login/", door, name="login"),
        path("code/", door, name="code"),
        path("step-up/", door, name="step_up"),
        path("waiting/", waiting, name="held"),
        path("logout/", door, name="logout"),
        path("password/", door, name="password_change"),
    ],
    "hardening",
)

urlpatterns = [
    path("unstated/", unstated, name="unstated"),
    path("unstated/<path:rest>", unstated, name="unstated_deep"),
    path("unstated-async/", unstated_async),
    path("not-required/", not_required),
    path("open/", open_to_all, name="open"),
    path("open-async/", open_to_all_async),
    path("who/", who_is_there),
    path("second-step/", second_step),
    path("fresh/", fresh),
    path("strongest/", strongest),
    path("strongest-wrapped/", logged(strongest)),
    path("strongest-class/", StrongestView.as_view()),
    path("strongest-inherited/", InheritedView.as_view()),
    path("strongest-dispatch/", DispatchedView.as_view()),
    path("waiting-fresh/", waiting_fresh),
    path("gate/", gate_wants_more),
    path("breaks/", breaks),
    path("token-user/", token_user_inside),
    path("existence/", existence),
    path("cached/", cached_for_all),
    path("own-policy/", own_policy),
    path("shop/", include(shop)),
    path("", include(doors)),
]
