"""The step-up page that carries a form, and the page that sends it on."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from hardening.assurance.current import assurance_of
from hardening.login import form_holding
from hardening.login.views.pages import HardenedRequest, arrive, page_asked_for
from hardening.login.views.step_up_page import step_up_page


def ask(request: HttpRequest, way_on: str) -> HttpResponse | None:
    """Return the step-up page with the refused form in it, or None where that form is not held.

    ``way_on`` is the address of the step-up page. ``HARDENING_ASSURANCE["form_holder"]`` names this function.
    """
    session = assurance_of(request).session
    held = form_holding.hold(request, session=session) if session else None
    if held is None:
        return None
    response = step_up_page(request, action=way_on, held=held, status=HTTPStatus.FORBIDDEN)
    add_never_cache_headers(response)
    return response


def go_on(request: HardenedRequest) -> HttpResponseBase:
    """Return what follows a step-up: the form that waited for it, to be sent on, or the page asked for.

    The browser posts the form itself, with the CSRF token of the new key: it passes the whole middleware anew, and
    whatever has changed meanwhile is noticed there.
    """
    text = request.POST.get(form_holding.FIELD, "")
    if not text:
        return arrive(request)
    form = form_holding.release(text, session=request.session.public_id)
    if form is None:
        context = {"way_on": page_asked_for(request)}
        return render(request, "hardening/login/form_not_kept.html", context, status=HTTPStatus.CONFLICT)
    return render(request, "hardening/login/resend.html", {"path": form.path, "fields": form.fields})
