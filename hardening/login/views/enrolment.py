"""Bind a telephone: with a letter after a right password, or under a fresh proof."""

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hardening.assurance import raising
from hardening.authenticators import codes, enrolment, grants, one_time_code, proofs
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.authenticators.models import OneTimeCode
from hardening.authenticators.permission import COMPLETION, FRESH, NoSuchGrant, Permission
from hardening.authenticators.policies import WeakerWayClosed, is_resistant_only
from hardening.clients import client_of
from hardening.lockout import attempts, device_cookies
from hardening.login import downgrade, must_change, notices
from hardening.login.binding import bind, bind_by_letter
from hardening.login.forms import ConfirmingCodeForm, LetterForm, NameForm, PasskeyForm
from hardening.login.qr import qr_svg
from hardening.login.standings import standing_by_letter
from hardening.login.views import passkey_enrolment
from hardening.login.views.entrance import NAME
from hardening.login.views.kept_letter import LETTER, keep, kept_letter
from hardening.login.views.login_page import passkey_instead_page
from hardening.login.views.pages import HardenedRequest, arrive, secret_page
from hardening.requirements import AAL2, HALF, requires


@requires(HALF)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def enrol(request: HardenedRequest) -> HttpResponseBase:
    """Ask for the letter of somebody whose password was right, and show a seed once."""
    account = raising.half_login_account(request)
    if account is None:
        return redirect("hardening:authenticator_add")
    form = LetterForm(request.POST or None)
    wants_passkey = request.POST.get("way") == "passkey"
    form.fields["name"].required = not wants_passkey
    kept = kept_letter(request, account=account)
    if kept is not None:
        form.fields.pop("letter")
    if form.is_valid():
        permission = kept or _permission_by_letter(request, form.cleaned_data["letter"], account=account)
        if permission is not None:
            keep(request, permission)
            if wants_passkey:
                return passkey_enrolment.page(request, PasskeyForm())
            return _begin_by_letter(request, permission, name=form.cleaned_data["name"])
        form.add_error("letter", _("This code opens nothing: it may have been used, replaced, or be out of date."))
    context = {
        "form": form,
        "has_others": bool(codes.enrolled(account=account)),
        "takes_passkeys": bool(AuthenticatorsSettings.load().rp_id),
    }
    return render(request, "hardening/login/enrol.html", context)


@requires(HALF)
@require_POST
@secret_page
def enrol_confirm(request: HardenedRequest) -> HttpResponseBase:
    """Bind the telephone with its first code, and open the session that the password began."""
    account = raising.half_login_account(request)
    if account is None:
        return redirect("hardening:authenticator_add")
    holder = get_user_model()._default_manager.get(pk=account)
    if not holder.is_active:
        return redirect("hardening:login")  # disabled between the two steps
    form = ConfirmingCodeForm(request.POST)
    bound = _bind(request, form, account=holder, is_by_letter=True)
    if bound is None:
        return render(
            request, "hardening/login/enrol_confirm.html", {"form": form, "confirm": "hardening:enrol_confirm"}
        )
    request.session.pop(LETTER, None)
    standing = standing_by_letter(str(holder.pk))
    if must_change.is_due(request):
        must_change.hold(request, account=holder, methods=(codes.METHOD,), standing=standing)
        return redirect("hardening:password_must_change")
    raising.open_session(
        request, account_user=holder, methods=(codes.METHOD,), is_known_browser=False, standing=standing
    )
    response = arrive(request)
    device_cookies.remember(request, response, account=holder)
    return response


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def authenticator_add(request: HardenedRequest) -> HttpResponseBase:
    """Show the seed of one more telephone, under a fresh proof."""
    permission = proofs.fresh(request.assurance)
    if is_resistant_only(permission.account):
        return render(request, "hardening/login/authenticator_closed.html", status=_status_of_closed(request))
    form = NameForm(request.POST or None)
    if form.is_valid():
        return _show_seed(
            request, permission, name=form.cleaned_data["name"], confirm="hardening:authenticator_confirm"
        )
    return render(request, "hardening/login/authenticator_add.html", {"form": form})


@requires(AAL2, max_age=COMPLETION)
@require_POST
@secret_page
def authenticator_confirm(request: HardenedRequest) -> HttpResponseBase:
    """Bind the telephone whose seed this session was shown."""
    form = ConfirmingCodeForm(request.POST)
    bound = _bind(request, form, account=request.user)
    if bound is None:
        context = {"form": form, "confirm": "hardening:authenticator_confirm"}
        return render(request, "hardening/login/enrol_confirm.html", context)
    response = redirect("hardening:security")
    device_cookies.remember(request, response, account=request.user)
    return response


def _begin_by_letter(request: HardenedRequest, permission: Permission, *, name: str) -> HttpResponseBase:
    """Show the seed, unless a passkey has closed letters: its owner is told, and shown the way on (D26)."""
    try:
        return _show_seed(request, permission, name=name, confirm="hardening:enrol_confirm")
    except WeakerWayClosed:
        client, session = client_of(request), request.session.public_id
        downgrade.refuse_letter(account=permission.account, client=client, session=session)
        return passkey_instead_page(request)


def _status_of_closed(request: HardenedRequest) -> int:
    return 409 if request.method == "POST" else 200


def _permission_by_letter(request: HardenedRequest, typed: str, *, account: str) -> Permission | None:
    username = request.session.get(NAME, "")
    slot = attempts.reserve(
        submitted=username,
        step="grant",
        client=client_of(request),
        device=device_cookies.recognise(request, name=username),
        account=account,
    )
    try:
        permission = grants.permission_from(typed, account=account)
    except NoSuchGrant:
        slot.fail(account=account)
        return None
    slot.give_back()
    return permission


def _bind(
    request: HardenedRequest, form: ConfirmingCodeForm, *, account: AbstractBaseUser, is_by_letter: bool = False
) -> OneTimeCode | None:
    if not form.is_valid():
        return None
    client, code, session = client_of(request), form.cleaned_data["code"], request.session.public_id
    try:
        bound = (bind_by_letter if is_by_letter else bind)(code, account=account, session=session, client=client)
    except enrolment.WrongCode:
        form.add_error("code", _("This is not the code of this telephone. Check its clock, and type the next code."))
    except (enrolment.NoSuchEnrolment, NoSuchGrant, WeakerWayClosed):
        # Closed by a passkey that was bound in these minutes: beginning again will say so.
        form.add_error(None, _("The time is over, or another page began again. Nothing was bound: start again."))
    else:
        notices.changed(account, what="bound", at=bound.bound_at, client=client)
        return bound
    return None


def _show_seed(request: HardenedRequest, permission: Permission, *, name: str, confirm: str) -> HttpResponseBase:
    """Return the page with the seed. It answers a POST, so that no address shows it again (P24)."""
    seed = enrolment.begin_enrolment(permission, name=name, session=request.session.public_id)
    label = get_user_model()._default_manager.get(pk=permission.account).get_username()
    address = one_time_code.provisioning_uri(seed.value, issuer=AuthenticatorsSettings.load().issuer, label=label)
    context = {
        "form": ConfirmingCodeForm(),
        "confirm": confirm,
        "qr": qr_svg(address, title=_("QR code for the application on your telephone")),
        "seed": one_time_code.spell_seed(seed.value),
        "address": address,
        "minutes": int(AuthenticatorsSettings.load().enrolment_window.total_seconds() // 60),
    }
    return render(request, "hardening/login/enrol_confirm.html", context)
