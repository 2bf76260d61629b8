"""The account's own security page: what opens it, where it is open, and how to end that."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hardening import clock
from hardening.authenticators import codes, enrolment, passkeys, proofs, recovery
from hardening.authenticators.permission import FRESH
from hardening.authenticators.recovery_code import LOW
from hardening.clients import client_of
from hardening.lockout import device_cookies, disabling
from hardening.login import held
from hardening.login.binding import remove
from hardening.login.forms import NameForm
from hardening.login.views.changed import after_change
from hardening.login.views.pages import HardenedRequest, secret_page
from hardening.requirements import AAL2, requires
from hardening.sessions.inventory import open_sessions
from hardening.sessions.revocation import end_session, end_sessions


@requires(AAL2)
@require_safe
@secret_page
def security(request: HardenedRequest) -> HttpResponseBase:
    """List authenticators, recovery codes, sessions and known browsers."""
    account = request.user
    remaining = recovery.remaining_codes(account=str(account.pk))
    context = {
        "passkeys": passkeys.passkeys_of(str(account.pk)),
        "authenticators": codes.enrolled(account=str(account.pk)),
        "remaining": remaining,
        "is_code_disabled": disabling.is_disabled(account.get_username()),
        "is_low": remaining <= LOW,
        "sessions": open_sessions(str(account.pk), current=request.session.public_id),
        "browsers": device_cookies.known_browsers_of(account),
        "held_logins": held.waiting_of(str(account.pk)),
        "this_browser": device_cookies.recognise(request, name=account.get_username()),
    }
    return render(request, "hardening/login/security.html", context)


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def authenticator_remove(request: HardenedRequest, authenticator: int) -> HttpResponseBase:
    """Ask, and on a POST remove one of the account's own authenticators; another's is not found (P3)."""
    permission = proofs.fresh(request.assurance)
    account, session = request.user, request.session.public_id
    try:
        found = enrolment.require_removable(authenticator, account=permission.account)
        if request.method != "POST":
            return render(request, "hardening/login/authenticator_remove.html", {"name": found.name})
        client = client_of(request)
        remove(permission, account=account, authenticator=authenticator, session=session, client=client)
    except enrolment.NoSuchAuthenticator as unknown:
        raise Http404 from unknown
    except enrolment.LastAuthenticator:
        return render(request, "hardening/login/authenticator_last.html", status=409)
    return after_change(request, what="removed", at=clock.now())


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def authenticator_rename(request: HardenedRequest, authenticator: int) -> HttpResponseBase:
    """Give one of the account's own authenticators another name; another's is not found (P3)."""
    permission = proofs.fresh(request.assurance)
    own = {one.pk: one for one in codes.enrolled(account=permission.account)}
    if authenticator not in own:
        raise Http404
    form = NameForm(request.POST or None, initial={"name": own[authenticator].name})
    if form.is_valid():
        enrolment.rename_authenticator(permission, authenticator=authenticator, name=form.cleaned_data["name"])
        return redirect("hardening:security")
    return render(request, "hardening/login/authenticator_rename.html", {"form": form})


@requires(AAL2)
@require_POST
@secret_page
def session_end(request: HardenedRequest, session: UUID) -> HttpResponseBase:
    """End one session of the account; another account's is not found."""
    if not end_session(str(session), account=str(request.user.pk)):
        raise Http404
    return redirect("hardening:security")


@requires(AAL2)
@require_POST
@secret_page
def sessions_end(request: HardenedRequest) -> HttpResponseBase:
    """End every other session of the account."""
    end_sessions(str(request.user.pk), reason="revoked", except_for=request.session.public_id)
    return redirect("hardening:security")


@requires(AAL2)
@require_POST
@secret_page
def browser_forget(request: HardenedRequest, browser: int) -> HttpResponseBase:
    """Forget one known browser of the account; another account's is not found."""
    if not device_cookies.forget(request.user, browser=browser):
        raise Http404
    return redirect("hardening:security")
