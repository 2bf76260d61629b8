"""A login that waits for its owner's answer: in its own browser, and in one that the account knows (D28)."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hardening.authenticators import proofs
from hardening.authenticators.permission import FRESH
from hardening.authenticators.standing import PROBATION_LASTS
from hardening.clients import client_of
from hardening.errors import StepUpRequired
from hardening.lockout import device_cookies
from hardening.login import held, notices
from hardening.login.forms import ConfirmationForm
from hardening.login.standings import withheld_until
from hardening.login.views.pages import NEXT, HardenedRequest, arrive, page_asked_for, secret_page
from hardening.requirements import AAL2, HELD, Level, requires


@requires(HELD)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def held_login(request: HardenedRequest) -> HttpResponseBase:
    """Say what is waited for, and on a POST take the code of the mail, or what a known browser has answered."""
    if request.assurance.level > Level.HELD:
        return arrive(request)
    account, session = request.user, request.session.public_id
    form = ConfirmationForm(request.POST if request.POST.get("code") else None)
    if request.method == "POST":
        if held.take_up(request):
            response = arrive(request)
            device_cookies.remember(request, response, account=account)
            return response
        if form.is_valid():
            try:
                until = held.confirm(request, form.cleaned_data["code"])
            except held.WrongConfirmation:
                form.add_error("code", _("This is not the code of the last message, or its time is over."))
            else:
                notices.confirmed(account, at=until - PROBATION_LASTS, client=client_of(request), session=session)
                response = arrive(request)
                device_cookies.remember(request, response, account=account, proven_from=until)
                return response
    context = {
        "form": form,
        "waiting": held.waiting_in(session),
        "withheld_until": withheld_until(account),
        "has_address": bool(notices.address_of(account)),
        NEXT: page_asked_for(request),
    }
    return render(request, "hardening/login/held.html", context)


@requires(AAL2, max_age=FRESH)
@require_POST
@secret_page
def held_approve(request: HardenedRequest, login: UUID) -> HttpResponseBase:
    """Let a waiting login of the account in: from a browser that it is known by, or by a passkey."""
    permission = proofs.fresh(request.assurance)
    if not (request.assurance.is_known_browser or request.assurance.is_phishing_resistant):
        raise StepUpRequired("a browser that nobody knows vouches for no other")
    if not held.approve(permission, login=login):
        raise Http404
    return redirect("hardening:security")


@requires(AAL2)
@require_POST
@secret_page
def held_refuse(request: HardenedRequest, login: UUID) -> HttpResponseBase:
    """End a waiting login of the account: it was somebody else's."""
    if not held.refuse(account=str(request.user.pk), login=login, client=client_of(request)):
        raise Http404
    return redirect("hardening:security")
