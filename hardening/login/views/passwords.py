"""A forgotten password, and a changed one."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hardening.authenticators import proofs
from hardening.authenticators.permission import FRESH
from hardening.clients import client_of
from hardening.lockout import attempts, device_cookies
from hardening.login.forms import PasswordChangeForm, ResetForm, ResetRequestForm
from hardening.login.passwords import NoSuchLink, change_password, live_link, request_reset, reset_password
from hardening.login.views.pages import HardenedRequest, secret_page
from hardening.requirements import AAL2, public, requires


@public
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def password_reset(request: HardenedRequest) -> HttpResponseBase:
    """Take a username, and answer the same whoever it is."""
    form = ResetRequestForm(request.POST or None)
    if form.is_valid():
        username = form.cleaned_data["username"]
        is_known_browser = device_cookies.recognise(request, name=username) is not None
        request_reset(username, client=client_of(request), is_known_browser=is_known_browser)
        return render(request, "hardening/login/password_reset_sent.html")
    return render(request, "hardening/login/password_reset.html", {"form": form})


@public
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def password_reset_confirm(request: HardenedRequest) -> HttpResponseBase:
    """Show the form, whoever follows the link (mail scanners do); act on a POST only, once, and log nobody in."""
    if request.method != "POST":
        return render(request, "hardening/login/password_reset_confirm.html", {"form": ResetForm()})
    try:
        live = live_link(request.POST.get("code", ""))
        form = ResetForm(request.POST, account=live.account)
        if form.is_valid():
            reset_password(live, password=form.cleaned_data["new_password"], client=client_of(request))
            return render(request, "hardening/login/password_reset_done.html")
    except NoSuchLink:
        form = ResetForm(request.POST)
        form.is_valid()
        form.errors.pop("new_password", None)
        form.add_error("code", _("This link is used or out of date. Ask for a new one."))
    return render(request, "hardening/login/password_reset_confirm.html", {"form": form})


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def password_change(request: HardenedRequest) -> HttpResponseBase:
    """Change the password under a fresh proof, knowing the present one."""
    account = request.user
    form = PasswordChangeForm(request.POST or None, account=account)
    if form.is_valid() and _is_present_password(request, form.cleaned_data["password"]):
        change_password(
            proofs.fresh(request.assurance),
            account=account,
            password=form.cleaned_data["new_password"],
            client=client_of(request),
            session=request.session.public_id,
        )
        update_session_auth_hash(request, account)
        response = redirect("hardening:security")
        device_cookies.remember(request, response, account=account)
        return response
    if form.is_bound and not form.errors:
        form.add_error("password", _("This is not the present password."))
    return render(request, "hardening/login/password_change.html", {"form": form})


def _is_present_password(request: HardenedRequest, password: str) -> bool:
    account = request.user
    slot = attempts.reserve(
        submitted=account.get_username(),
        step="password",
        client=client_of(request),
        device=device_cookies.recognise(request, name=account.get_username()),
        account=str(account.pk),
    )
    if account.check_password(password):
        slot.give_back()
        return True
    slot.fail(account=str(account.pk))
    return False
