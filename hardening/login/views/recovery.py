"""Recovery codes: use one when every telephone is gone, and print a sheet of them."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hardening import clock
from hardening.assurance import raising
from hardening.authenticators import proofs, recovery
from hardening.authenticators.permission import COMPLETION, FRESH
from hardening.authenticators.recovery_code import LOW
from hardening.clients import client_of
from hardening.lockout import attempts, device_cookies
from hardening.login import notices
from hardening.login.binding import replace_recovery_codes
from hardening.login.forms import RecoveryForm
from hardening.login.views.changed import after_change
from hardening.login.views.entrance import NAME
from hardening.login.views.pages import HardenedRequest, secret_page
from hardening.requirements import AAL2, HALF, requires


@requires(HALF)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def recover(request: HardenedRequest) -> HttpResponseBase:
    """Take a recovery code and open a request. No session is opened, now or later (D27)."""
    account = raising.half_login_account(request)
    if account is None:
        return redirect("hardening:recovery_codes")
    form = RecoveryForm(request.POST or None)
    opened = recovery.open_request(account=account)
    if opened is None and form.is_valid():
        _use(request, form, account=account)
        opened = recovery.open_request(account=account)
    return render(request, "hardening/login/recovery.html", {"form": form, "request_opened": opened})


def _use(request: HardenedRequest, form: RecoveryForm, *, account: str) -> None:
    username, client = request.session.get(NAME, ""), client_of(request)
    slot = attempts.reserve(
        submitted=username,
        step="recovery",
        client=client,
        device=device_cookies.recognise(request, name=username),
        account=account,
    )
    try:
        opened = recovery.use_recovery_code(form.cleaned_data["code"], account=account, client=client)
    except recovery.WrongRecoveryCode:
        slot.fail(account=account)
        form.add_error("code", _("This is no unused recovery code of this account."))
    except recovery.AlreadyRequested:
        slot.give_back()
    else:
        slot.give_back()
        notices.changed(opened.account, what="recovery", at=opened.requested_at, client=client)


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def recovery_codes(request: HardenedRequest) -> HttpResponseBase:
    """Say how many codes are left, and on a POST show ten new ones, once."""
    remaining = recovery.remaining_codes(account=request.assurance.account)
    if request.method == "POST":
        sheet = recovery.issue_recovery_codes(proofs.fresh(request.assurance))
        return _sheet_page(request, RecoveryForm(), codes=sheet.codes)
    context = {"remaining": remaining, "is_low": remaining <= LOW}
    return render(request, "hardening/login/recovery_codes.html", context)


@requires(AAL2, max_age=COMPLETION)
@require_POST
@secret_page
def recovery_codes_confirm(request: HardenedRequest) -> HttpResponseBase:
    """Put the sheet in force once one of its codes has been typed back: now somebody has printed it."""
    form, account = RecoveryForm(request.POST), request.user
    if not form.is_valid():
        return _sheet_page(request, form, codes=())
    permission = proofs.completing(request.assurance)
    client, session = client_of(request), request.session.public_id
    try:
        replace_recovery_codes(
            form.cleaned_data["code"], permission=permission, account=account, session=session, client=client
        )
    except recovery.WrongRecoveryCode:
        form.add_error("code", _("This code is not on the sheet just shown."))
        return _sheet_page(request, form, codes=())
    return after_change(request, what="recovery_codes", at=clock.now())


def _sheet_page(request: HardenedRequest, form: RecoveryForm, *, codes: tuple[str, ...]) -> HttpResponseBase:
    context = {"form": form, "codes": codes, "account": request.user, "printed_at": clock.now()}
    return render(request, "hardening/login/recovery_sheet.html", context)
