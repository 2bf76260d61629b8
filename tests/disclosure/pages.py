"""A small portal behind the gate: each way a view may use it, and some ways it should not."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path
from django.views import View
from django.views.generic import FormView

import hardening
from hardening import clock
from hardening.disclosure.disclosed_record import DisclosedRecord
from hardening.disclosure.gate import Disclosure
from hardening.errors import BrokerBudgetError, KeyUnavailableError
from tests.disclosure.people.models import Insured

FIELDS = ("nir", "last_name", "contract__number")


def actor_of(request: HttpRequest) -> hardening.Actor | None:
    """Return whom the request acts for; Sophie administrates and looks nobody up."""
    name = getattr(request, "account", "") or request.user.get_username()
    if name == "sophie":
        return None
    return hardening.Actor(
        account=getattr(request, "account", "") or str(request.user.pk),
        practitioner=name.removeprefix("delegate-of-"),
        establishment="lyon",
        profession="optician",
    )


class ViewFailedError(Exception):
    """What goes wrong in views."""


def by_nir(disclosure: Disclosure, request: HttpRequest) -> DisclosedRecord | None:
    """Look up whom the request names."""
    found = Insured.objects.filter(nir=request.POST["nir"], has_rights=True)
    record = disclosure.match(found, last_name=request.POST["last_name"])
    return disclosure.open(record) if record else None


def answer(shown: DisclosedRecord | None) -> HttpResponse:
    return HttpResponse(f"{shown.last_name} {shown.contract__number}" if shown else "nobody")


def look_up(request: HttpRequest) -> HttpResponse:
    with hardening.disclose(request, purpose="rights_check", fields=FIELDS) as disclosure:
        shown = by_nir(disclosure, request)
    return answer(shown)


@hardening.discloses(purpose="rights_check", fields=FIELDS)
def decorated(request: HttpRequest, *, disclosure: Disclosure) -> HttpResponse:
    """Render a template that opens a value by itself: only inside the gate can it."""
    found = Insured.objects.filter(nir=request.POST["nir"]).first()
    if found is None:
        raise Http404
    disclosure.open(found)
    return TemplateResponse(request, "people/insured.html", {"reveal": found.last_name.reveal})


@hardening.discloses(purpose="rights_check", fields=FIELDS)
async def decorated_async(request: HttpRequest, *, disclosure: Disclosure) -> HttpResponse:
    found = await disclosure.amatch(Insured.objects.filter(nir=request.POST["nir"]))
    await asyncio.sleep(0)
    return answer(await disclosure.aopen(found) if found else None)


async def look_up_async(request: HttpRequest) -> HttpResponse:
    async with hardening.disclose(request, purpose="rights_check", fields=FIELDS) as disclosure:
        found = await disclosure.amatch(Insured.objects.filter(nir=request.POST["nir"]))
        shown = await disclosure.aopen(found) if found else None
    return answer(shown)


class LookUpForm(forms.Form):
    nir = forms.CharField()
    last_name = forms.CharField()


if TYPE_CHECKING:
    LookUpFormView = FormView[LookUpForm]
else:
    LookUpFormView = FormView


class LookUpView(hardening.DisclosureMixin, LookUpFormView):
    form_class = LookUpForm
    purpose = "rights_check"
    fields = FIELDS

    def form_valid(self, form: LookUpForm) -> HttpResponse:
        assert self.disclosure is not None
        assert form.is_valid()
        return answer(by_nir(self.disclosure, self.request))

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        return HttpResponse(f"form with {len(context['form'].errors)} mistakes")


class AsyncLookUpView(hardening.DisclosureMixin, View):
    purpose = "rights_check"
    fields = FIELDS
    disclosing = ("post",)

    async def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse("form")

    async def post(self, request: HttpRequest) -> HttpResponse:
        assert self.disclosure is not None
        found = await self.disclosure.amatch(Insured.objects.filter(nir=request.POST["nir"]))
        return answer(await self.disclosure.aopen(found) if found else None)


@transaction.atomic
def fails_after_showing(request: HttpRequest) -> HttpResponse:
    """Roll back everything on the portal's own database."""
    look_up(request)
    raise ViewFailedError


def forgetful(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{Insured.objects.count()} people")


@hardening.discloses_nobody
def about(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("about")


@hardening.discloses_nobody
class AboutView(View):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse("about")


def form(request: HttpRequest) -> HttpResponse:
    hardening.disclosed_nobody(request)
    return HttpResponse("form")


@hardening.public
def welcome(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("welcome")


def without_keys(_request: HttpRequest) -> HttpResponse:
    raise KeyUnavailableError("index 7")


def without_people_left(_request: HttpRequest) -> HttpResponse:
    raise BrokerBudgetError("the key broker's budget is spent", resets_at=clock.now() + timedelta(hours=1))


def streamed(request: HttpRequest) -> HttpResponseBase:
    """Try to open a value once the gate is shut."""
    with hardening.disclose(request, purpose="rights_check", fields=FIELDS) as disclosure:
        record = disclosure.match(Insured.objects.filter(nir=request.POST["nir"]))
        assert record is not None
        disclosure.open(record)
    return StreamingHttpResponse(record.last_name.reveal() for _ in range(1))


urlpatterns = [
    path("look-up/", look_up, name="look_up"),
    path("decorated/", decorated),
    path("decorated-async/", decorated_async),
    path("look-up-async/", look_up_async),
    path("class/", LookUpView.as_view()),
    path("class-async/", AsyncLookUpView.as_view()),
    path("fails/", fails_after_showing),
    path("forgetful/", forgetful),
    path("about/", about),
    path("about-class/", AboutView.as_view()),
    path("form/", form),
    path("welcome/", welcome),
    path("without-keys/", without_keys),
    path("without-people-left/", without_people_left),
    path("streamed/", streamed),
    path("", include("hardening.urls")),
]
