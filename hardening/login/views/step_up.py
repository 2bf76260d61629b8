"""A fresher proof in mid-session, by the strongest that the account has (I3)."""

from django.forms import Form
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hardening.assurance import raising
from hardening.authenticators import codes, passkeys, policies
from hardening.authenticators.answer import CeremonyRefused
from hardening.authenticators.challenge import Purpose
from hardening.authenticators.enrolment import NoSuchAuthenticator
from hardening.authenticators.models import OneTimeCode
from hardening.clients import client_of
from hardening.lockout import attempts, device_cookies
from hardening.login.forms import WRONG_CODE, CodeForm
from hardening.login.second_step import give_code
from hardening.login.views.pages import NEXT, HardenedRequest, arrive, page_asked_for, secret_page
from hardening.requirements import AAL2, Standing, requires


@requires(AAL2)
@require_POST
@secret_page
def step_up_options(request: HardenedRequest) -> HttpResponseBase:
    """Return what the browser asks of the account's own passkeys, for this session alone."""
    account = str(request.user.pk)
    return JsonResponse(passkeys.options_for_step_up(account=account, binding=request.session.public_id))


@requires(AAL2)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def step_up(request: HardenedRequest) -> HttpResponseBase:
    """Ask for the proof again, and give the session a new key (D29): a stolen cookie dies with the old one."""
    account, refusal = str(request.user.pk), ""
    if "answer" in request.POST:
        if _shows_a_passkey(request):
            return arrive(request)
        refusal = _("This passkey did not confirm it. Try again.")
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        if _gives_a_code(request, form):
            return arrive(request)
        form.add_error("code", WRONG_CODE)
    has_passkey = policies.strongest_of(account).phishing_resistant
    own = [one for one in codes.enrolled(account=account) if not (has_passkey and one.is_closed)]
    return _page(request, form, own=own, has_passkey=has_passkey, refusal=refusal)


def _shows_a_passkey(request: HardenedRequest) -> bool:
    try:
        shown = passkeys.assert_passkey(
            request.POST["answer"],
            purpose=Purpose.STEP_UP,
            account=str(request.user.pk),
            binding=request.session.public_id,
            client=client_of(request),
        )
    except (CeremonyRefused, NoSuchAuthenticator):
        return False
    raising.refresh(request, methods=shown.methods, standing=Standing.FULL)
    return True


def _gives_a_code(request: HardenedRequest, form: CodeForm) -> bool:
    """Tell whether the code was right; a code that a passkey has closed never is, whatever its digits (D26)."""
    holder = request.user
    given = give_code(
        form.cleaned_data["code"],
        account=str(holder.pk),
        username=holder.get_username(),
        authenticator=form.cleaned_data["authenticator"],
        client=client_of(request),
        browser=device_cookies.recognise(request, name=holder.get_username()),
    )
    if given is None:
        return False
    raising.refresh(request, methods=(codes.METHOD,))
    attempts.clear(given.slot)
    return True


def _page(
    request: HardenedRequest, form: CodeForm, *, own: list[OneTimeCode], has_passkey: bool, refusal: str
) -> HttpResponseBase:
    """Return the page: the passkey where one is bound, and a code only where it still opens something."""
    shown: Form | None = None
    if own:
        form.offer(own)
        shown = form
    context = {
        "form": shown,
        "has_passkey": has_passkey,
        "refusal": refusal or (WRONG_CODE if form.errors and shown is None else ""),
        NEXT: page_asked_for(request),
    }
    return render(request, "hardening/login/step_up.html", context)
