"""A fresher proof in mid-session."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hardening.assurance import raising
from hardening.authenticators import codes
from hardening.clients import client_of
from hardening.lockout import attempts, device_cookies
from hardening.login.forms import WRONG_CODE, CodeForm
from hardening.login.second_step import give_code
from hardening.login.views.pages import NEXT, HardenedRequest, arrive, page_asked_for, secret_page
from hardening.requirements import AAL2, requires


@requires(AAL2)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def step_up(request: HardenedRequest) -> HttpResponseBase:
    """Ask for a code again, and give the session a new key (D29): a stolen cookie dies with the old one."""
    holder = request.user
    form = CodeForm(request.POST or None)
    if form.is_valid():
        browser = device_cookies.recognise(request, name=holder.get_username())
        given = give_code(
            form.cleaned_data["code"],
            account=str(holder.pk),
            username=holder.get_username(),
            authenticator=form.cleaned_data["authenticator"],
            client=client_of(request),
            browser=browser,
        )
        if given is not None:
            raising.refresh(request, methods=(codes.METHOD,))
            attempts.clear(given.slot)
            return arrive(request)
        form.add_error("code", WRONG_CODE)
    form.offer(codes.enrolled(account=str(holder.pk)))
    return render(request, "hardening/login/step_up.html", {"form": form, NEXT: page_asked_for(request)})
