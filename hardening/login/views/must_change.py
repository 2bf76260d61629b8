"""The page that a breached password leads to, after the second step and before everything else."""

from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hardening.assurance import raising
from hardening.assurance.record import ProofMissingError
from hardening.authenticators import proofs
from hardening.clients import client_of
from hardening.lockout import device_cookies
from hardening.login import must_change
from hardening.login.forms import UnbreachedPasswordForm
from hardening.login.passwords import change_password
from hardening.login.views.pages import NEXT, HardenedRequest, arrive, go_on, page_asked_for, secret_page
from hardening.requirements import HALF, Standing, requires


@requires(HALF)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def password_must_change(request: HardenedRequest) -> HttpResponseBase:
    """Ask for a new password; it opens the session that the old one and the second step began."""
    account = raising.half_login_account(request)
    if account is None:
        return arrive(request)
    proven = must_change.proven(request, account=account)
    if proven is None:
        return go_on(request, "hardening:code")
    methods, standing = proven
    if standing is not Standing.FULL:
        # A leaked password with a relayed code would else set the next one (D28): the mailbox is asked instead (D34).
        return render(request, "hardening/login/password_must_change.html", {"is_by_mail": True})
    holder = get_user_model()._default_manager.get(pk=account)
    form = UnbreachedPasswordForm(request.POST or None, account=holder)
    if form.is_valid():
        return _open(request, form.cleaned_data["new_password"], holder=holder, methods=methods)
    return render(request, "hardening/login/password_must_change.html", {"form": form, NEXT: page_asked_for(request)})


def _open(
    request: HardenedRequest, password: str, *, holder: AbstractBaseUser, methods: tuple[str, ...]
) -> HttpResponseBase:
    name, client = holder.get_username(), client_of(request)
    browser = device_cookies.recognise(request, name=name)
    must_change.forget(request)
    try:
        raising.open_session(request, account_user=holder, methods=methods, is_known_browser=browser is not None)
    except ProofMissingError:
        return go_on(request, "hardening:login")  # changed or disabled meanwhile
    try:
        permission = proofs.fresh(request.assurance)
        session = request.session.public_id
        change_password(permission, account=request.user, password=password, client=client, session=session)
    except BaseException:
        raising.drop(request)  # no session outlives this request on a password that leaked
        raise
    update_session_auth_hash(request, request.user)
    response = arrive(request) if page_asked_for(request) else redirect("hardening:security")
    device_cookies.remember(request, response, account=request.user)
    return response
