"""The login page: a passkey first, a password second, and whatever else the portal has."""

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.login.views.pages import NEXT, HardenedRequest, page_asked_for


def login_page(request: HardenedRequest, form: Form, *, refusal: str = "") -> HttpResponse:
    """Return the page; ``refusal`` is what a passkey that opened nothing is answered."""
    context = {
        "form": form,
        "refusal": refusal,
        "takes_passkeys": bool(AuthenticatorsSettings.load().rp_id),
        NEXT: page_asked_for(request),
    }
    return render(request, "hardening/login/login.html", context)


def passkey_instead_page(request: HardenedRequest, *, refusal: str = "") -> HttpResponse:
    """Return the page for whoever gave the right password of an account that its passkey alone opens (D26)."""
    context = {"refusal": refusal, "takes_passkeys": bool(AuthenticatorsSettings.load().rp_id)}
    return render(request, "hardening/login/passkey_instead.html", {**context, NEXT: page_asked_for(request)})
