"""A fresher proof in mid-session, by the strongest that the account has (I3)."""

from django.http import HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hardening.assurance import raising
from hardening.authenticators import codes, passkeys
from hardening.authenticators.answer import CeremonyRefused
from hardening.authenticators.challenge import Purpose
from hardening.authenticators.enrolment import NoSuchAuthenticator
from hardening.clients import client_of
from hardening.lockout import attempts, device_cookies
from hardening.login.form_holding import FIELD
from hardening.login.forms import WRONG_CODE, CodeForm
from hardening.login.second_step import give_code
from hardening.login.standings import standing_by_passkey
from hardening.login.views.pages import HardenedRequest, secret_page
from hardening.login.views.resending import go_on
from hardening.login.views.step_up_page import step_up_page
from hardening.requirements import AAL2, requires


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
    refusal = ""
    if "answer" in request.POST:
        if _shows_a_passkey(request):
            return go_on(request)
        refusal = _("This passkey did not confirm it. Try again.")
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        if _gives_a_code(request, form):
            return go_on(request)
        form.add_error("code", WRONG_CODE)
    return step_up_page(request, form=form, held=request.POST.get(FIELD, ""), refusal=refusal)


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
    raising.refresh(request, methods=shown.methods, standing=standing_by_passkey(shown.passkey))
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
