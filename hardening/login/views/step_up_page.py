"""The page of a step-up: a passkey where one is bound, a code only where it still opens something."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from hardening.authenticators import codes, policies
from hardening.login.form_holding import FIELD
from hardening.login.forms import WRONG_CODE, CodeForm
from hardening.login.views.pages import NEXT, page_asked_for


def step_up_page(  # noqa: PLR0913 - what the two ways to this page know of it
    request: HttpRequest,
    *,
    form: CodeForm | None = None,
    action: str = "",
    held: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page; ``form`` is the code just refused, ``held`` the form that waits, ``refusal`` what is said."""
    holder: Any = request.user
    account = str(holder.pk)
    has_passkey = policies.strongest_of(account).phishing_resistant
    own = [one for one in codes.enrolled(account=account) if not (has_passkey and one.is_closed)]
    form = form or CodeForm()
    if own:
        form.offer(own)
    elif form.errors:
        refusal = str(WRONG_CODE)
    context = {
        "form": form if own else None,
        "has_passkey": has_passkey,
        "refusal": refusal,
        "action": action or reverse("hardening:step_up"),
        "held_field": FIELD,
        "held": held,
        NEXT: page_asked_for(request),
    }
    return render(request, "hardening/login/step_up.html", context, status=status)
