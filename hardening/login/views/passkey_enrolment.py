"""Bind a passkey with a letter, after a right password: whoever begins with one never learns to type codes."""

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hardening.assurance import raising
from hardening.authenticators import passkey_binding
from hardening.authenticators.answer import CeremonyRefused
from hardening.authenticators.passkey_models import Passkey
from hardening.authenticators.passkeys import methods_of
from hardening.authenticators.permission import NoSuchGrant, Permission
from hardening.authenticators.policies import WeakerWayClosed
from hardening.clients import client_of
from hardening.lockout import device_cookies
from hardening.login import binding, downgrade, must_change, notices
from hardening.login.forms import PasskeyForm
from hardening.login.standings import standing_by_letter
from hardening.login.views.kept_letter import LETTER, kept_letter
from hardening.login.views.login_page import passkey_instead_page
from hardening.login.views.own_passkeys import why_not
from hardening.login.views.pages import HardenedRequest, arrive, secret_page
from hardening.requirements import HALF, requires


@requires(HALF)
@require_POST
@secret_page
def enrol_passkey_options(request: HardenedRequest) -> HttpResponseBase:
    """Return what the browser asks a device for, while the letter that this half login brought is live."""
    account = raising.half_login_account(request)
    permission = kept_letter(request, account=account) if account else None
    if permission is None:
        return JsonResponse({}, status=403)
    holder = get_user_model()._default_manager.get(pk=account)
    options = passkey_binding.options_for_binding(
        permission,
        binding=request.session.public_id,
        username=holder.get_username(),
        display_name=holder.get_full_name() or holder.get_username(),
    )
    return JsonResponse(options)


@requires(HALF)
@require_POST
@secret_page
def enrol_passkey(request: HardenedRequest) -> HttpResponseBase:
    """Bind the passkey, use the letter up, and open the session that the password began."""
    account = raising.half_login_account(request)
    if account is None:
        return redirect("hardening:passkey_add")
    permission = kept_letter(request, account=account)
    holder = get_user_model()._default_manager.get(pk=account)
    if permission is None or not holder.is_active:
        return redirect("hardening:enrol")
    form = PasskeyForm(request.POST)
    try:
        bound = _bind(request, form, permission=permission, holder=holder)
    except NoSuchGrant:
        return redirect("hardening:enrol")
    except WeakerWayClosed:
        downgrade.tell(account=account, client=client_of(request))
        return passkey_instead_page(request)
    return page(request, form) if bound is None else _enter(request, holder, bound=bound)


def _bind(
    request: HardenedRequest, form: PasskeyForm, *, permission: Permission, holder: AbstractBaseUser
) -> Passkey | None:
    if not form.is_valid():
        return None
    answer, name, client = form.cleaned_data["answer"], form.cleaned_data["name"], client_of(request)
    session = request.session.public_id
    try:
        bound = binding.bind_passkey(permission, answer, account=holder, name=name, session=session, client=client)
    except CeremonyRefused as refused:
        form.add_error(None, why_not(refused.reason))
        return None
    notices.changed(holder, what="passkey_bound", at=bound.bound_at, client=client)
    return bound


def _enter(request: HardenedRequest, holder: AbstractBaseUser, *, bound: Passkey) -> HttpResponseBase:
    request.session.pop(LETTER, None)
    if must_change.is_due(request):
        must_change.hold(
            request, account=holder, methods=methods_of(bound), standing=standing_by_letter(str(holder.pk))
        )
        return redirect("hardening:password_must_change")
    raising.open_session(
        request,
        account_user=holder,
        methods=methods_of(bound),
        is_known_browser=False,
        standing=standing_by_letter(str(holder.pk)),
    )
    response = arrive(request)
    device_cookies.remember(request, response, account=holder)
    return response


def page(request: HardenedRequest, form: PasskeyForm) -> HttpResponseBase:
    """Return the page that asks the device for a passkey."""
    return render(request, "hardening/login/enrol_passkey.html", {"form": form})
