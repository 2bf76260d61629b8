"""The passkeys of the account at hand: add, rename, remove. Each asks for its strongest proof, given just now (I3)."""

from django.http import Http404, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hardening import clock
from hardening.authenticators import passkey_binding, passkeys, proofs
from hardening.authenticators.answer import CeremonyRefused, Reason
from hardening.authenticators.enrolment import LastAuthenticator, NoSuchAuthenticator
from hardening.authenticators.passkey_models import Passkey
from hardening.authenticators.permission import COMPLETION, FRESH
from hardening.authenticators.usable import has_another
from hardening.clients import client_of
from hardening.login import binding, passkey_offer
from hardening.login.forms import PasskeyForm
from hardening.login.views.changed import after_change
from hardening.login.views.pages import HardenedRequest, arrive, secret_page
from hardening.requirements import AAL2, requires


@requires(AAL2, max_age=FRESH)
@require_POST
@secret_page
def passkey_options(request: HardenedRequest) -> HttpResponseBase:
    """Return what the browser asks a device for: a passkey of this account that it does not hold yet."""
    account = request.user
    options = passkey_binding.options_for_binding(
        proofs.fresh(request.assurance),
        binding=request.session.public_id,
        username=account.get_username(),
        display_name=account.get_full_name() or account.get_username(),
    )
    return JsonResponse(options)


@requires(AAL2, max_age=COMPLETION)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def passkey_add(request: HardenedRequest) -> HttpResponseBase:
    """Bind one more passkey; the account's first one closes its codes (D26)."""
    permission = proofs.completing(request.assurance)
    own = passkeys.passkeys_of(permission.account)
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        client, account = client_of(request), request.user
        try:
            bound = binding.bind_passkey(
                permission,
                form.cleaned_data["answer"],
                account=account,
                name=form.cleaned_data["name"],
                session=request.session.public_id,
                client=client,
            )
        except CeremonyRefused as refused:
            form.add_error(None, why_not(refused.reason))
        else:
            return after_change(request, what="passkey_bound", at=bound.bound_at)
    return render(request, "hardening/login/passkey_add.html", {"form": form, "is_first": not own})


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def passkey_remove(request: HardenedRequest, passkey: int) -> HttpResponseBase:
    """Ask, and on a POST remove one of the account's own passkeys; another's is not found (P3)."""
    permission, account, client = proofs.fresh(request.assurance), request.user, client_of(request)
    found = _own(passkey, account=permission.account)
    if not has_another(permission.account, than_passkey=passkey):
        return render(request, "hardening/login/passkey_last.html", status=409)
    if request.method != "POST":
        return render(request, "hardening/login/passkey_remove.html", {"name": found.name})
    try:
        binding.remove_passkey(
            permission, account=account, passkey=passkey, session=request.session.public_id, client=client
        )
    except NoSuchAuthenticator as unknown:
        raise Http404 from unknown
    except LastAuthenticator:
        return render(request, "hardening/login/passkey_last.html", status=409)
    return after_change(request, what="passkey_removed", at=clock.now())


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def passkey_rename(request: HardenedRequest, passkey: int) -> HttpResponseBase:
    """Give one of the account's own passkeys another name; another's is not found (P3)."""
    permission = proofs.fresh(request.assurance)
    found = _own(passkey, account=permission.account)
    form = PasskeyForm(request.POST or None, initial={"name": found.name})
    form.fields.pop("answer")
    if form.is_valid():
        passkey_binding.rename_passkey(permission, passkey=passkey, name=form.cleaned_data["name"])
        return redirect("hardening:security")
    return render(request, "hardening/login/passkey_rename.html", {"form": form, "passkey": found})


@requires(AAL2)
@require_POST
@secret_page
def passkey_later(request: HardenedRequest) -> HttpResponseBase:
    """Put the offer of a passkey off for 30 days, in this browser."""
    response = arrive(request)
    passkey_offer.put_off(response, account=str(request.user.pk))
    return response


def why_not(reason: Reason) -> str:
    """Return what the owner is told of a passkey that was not added; a forger learns nothing from it."""
    sentences = {
        Reason.BOUND_ALREADY: _("This device already holds a passkey of this portal."),
        Reason.TOO_MANY: _("You have as many passkeys as one account can have. Remove one that you no longer use."),
        Reason.SYNCED: _("Administrators use a passkey that stays in one device, such as a security key."),
        Reason.MODEL: _("This kind of device is not admitted for administrators."),
        Reason.ATTESTATION: _("This kind of device is not admitted for administrators."),
    }
    return sentences.get(reason, _("The passkey was not added. Try again."))


def _own(passkey: int, *, account: str) -> Passkey:
    for one in passkeys.passkeys_of(account):
        if one.pk == passkey:
            return one
    raise Http404
