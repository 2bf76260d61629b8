"""The two steps of a login, and the way out."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hardening.assurance import raising
from hardening.assurance.record import ProofMissingError
from hardening.authenticators import codes, grants, policies
from hardening.authenticators.permission import NoSuchGrant
from hardening.clients import client_of
from hardening.lockout import attempts, device_cookies
from hardening.login import held, must_change
from hardening.login.forms import WRONG_CODE, CodeForm, PasswordStepForm
from hardening.login.second_step import give_code
from hardening.login.standings import is_withheld_by_code, standing_by_code
from hardening.login.views.kept_letter import keep
from hardening.login.views.login_page import login_page, passkey_instead_page
from hardening.login.views.pages import NEXT, HardenedRequest, arrive, go_on, page_asked_for, secret_page
from hardening.requirements import HALF, Standing, public, requires

NAME = "hardening_login_name"
"""Session key of the username under which this login's failures are counted."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def login(request: HardenedRequest) -> HttpResponseBase:
    """Ask for username and password; the right ones make a half login, which is no login."""
    form = PasswordStepForm(request.POST or None)
    if form.is_valid():
        username, password = form.cleaned_data["username"], form.cleaned_data["password"]
        account = authenticate(request, username=username, password=password)
        if account is not None:
            browser = device_cookies.recognise(request, name=username)
            raising.begin_half_login(
                request,
                account=str(account.pk),
                is_known_browser=browser is not None,
                auth_hash=account.get_session_auth_hash(),
            )
            request.session[NAME] = account.get_username()
            must_change.note(request, password=password)
            _keep_letter(request, form.cleaned_data["letter"], account=str(account.pk))
            return go_on(request, "hardening:code")
        if refusal := attempts.refusal_of(request):
            raise refusal
        # One text for an unknown name, a wrong password and a disabled account (P28).
        form.add_error(None, _("The username or the password is not right."))
    return login_page(request, form)


def _keep_letter(request: HardenedRequest, typed: str, *, account: str) -> None:
    if not typed:
        return
    try:
        keep(request, grants.permission_from(typed, account=account))
    except NoSuchGrant:
        return  # the enrolment page will ask for it, and count the failure


@requires(HALF)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def code(request: HardenedRequest) -> HttpResponseBase:
    """Ask for the six digits; the right ones open the session, under a new key (P20)."""
    account = raising.half_login_account(request)
    if account is None:
        return arrive(request)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        entered = _enter(request, form, account=account)
        if entered is not None:
            return entered
        form.add_error("code", WRONG_CODE)
    own = codes.enrolled(account=account)
    is_closed = own[0].is_closed if own else policies.is_resistant_only(account)
    if not own and not is_closed:
        return go_on(request, "hardening:enrol")
    if is_closed:
        return passkey_instead_page(request, refusal=str(WRONG_CODE) if form.is_bound else "")
    form.offer(own)
    return render(request, "hardening/login/code.html", {"form": form, NEXT: page_asked_for(request)})


def _enter(request: HardenedRequest, form: CodeForm, *, account: str) -> HttpResponseBase | None:
    username = request.session.get(NAME, "")
    browser = device_cookies.recognise(request, name=username)
    given = give_code(
        form.cleaned_data["code"],
        account=account,
        username=username,
        authenticator=form.cleaned_data["authenticator"],
        client=client_of(request),
        browser=browser,
    )
    if given is None:
        return None
    holder = given.verified.account
    standing = standing_by_code(given.verified.authenticator, browser=browser)
    if must_change.is_due(request):
        must_change.hold(request, account=holder, methods=(codes.METHOD,), standing=standing)
        attempts.clear(given.slot)
        return go_on(request, "hardening:password_must_change")
    try:
        if standing is Standing.HELD:
            hold = held.withhold if is_withheld_by_code(given.verified.authenticator) else held.begin
            hold(request, account=holder, method=codes.METHOD)
        else:
            raising.open_session(
                request,
                account_user=holder,
                methods=(codes.METHOD,),
                is_known_browser=browser is not None,
                standing=standing,
            )
    except ProofMissingError:
        return go_on(request, "hardening:login")  # the password was changed between the two steps
    attempts.clear(given.slot)
    if standing is Standing.HELD:
        return go_on(request, "hardening:held")
    response = arrive(request)
    device_cookies.remember(request, response, account=holder)
    return response


@public
@require_POST
@secret_page
def logout(request: HardenedRequest) -> HttpResponseBase:
    """End the session and what the browser keeps of it.

    The browser itself stays known: that cookie opens nothing, and without it a stranger's failures would count
    against the owner.
    """
    raising.drop(request)
    response = redirect(settings.LOGOUT_REDIRECT_URL or "hardening:login")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
