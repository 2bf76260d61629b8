"""The pages of a login by Pro Santé Connect: the way there, the way back, and the choice of the practice."""

import logging

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from hardening import clock
from hardening.assurance.record import ProofMissingError
from hardening.authenticators import identities
from hardening.authenticators.identity_grants import issue_identity_grant
from hardening.authenticators.policies import WeakerWayClosed
from hardening.authenticators.spent import spend
from hardening.clients import client_of
from hardening.events import WeakerWayRefused, emit
from hardening.integrations.pro_sante_connect import cookies, exchange
from hardening.integrations.pro_sante_connect.bounded_fetch import IssuerUnavailable
from hardening.integrations.pro_sante_connect.conf import ProSanteConnectSettings
from hardening.integrations.pro_sante_connect.discovery import REST
from hardening.integrations.pro_sante_connect.entering import PendingChoice, is_inside, open_by_card, practices_of
from hardening.integrations.pro_sante_connect.flow import LIFETIME, Flow, begin
from hardening.integrations.pro_sante_connect.tokens import Claims, IdentityRefused, Reason
from hardening.login import notices
from hardening.login.views.pages import HardenedRequest, page_asked_for, secret_page
from hardening.requirements import public

logger = logging.getLogger("hardening.integrations.pro_sante_connect")


class PracticeForm(forms.Form):
    """For which practice the person works now."""

    practice = forms.ChoiceField(label=_("Place of practice"), widget=forms.RadioSelect)


@public
@require_GET
@secret_page
def start(request: HardenedRequest) -> HttpResponseBase:
    """Send the browser to the issuer, with a cookie by which its answer is known again; nothing else is kept.

    A GET, because a form's redirect to another site is against the pages' own policy, and because it does nothing:
    whoever is sent here by a stranger can only log in as himself.
    """
    _require_configured()
    flow = begin(at=clock.now(), target=page_asked_for(request))
    try:
        response = HttpResponseRedirect(exchange.authorization_address(flow))
    except IssuerUnavailable as failure:
        return _unavailable(request, failure)
    cookies.keep(response, flow)
    return response


@public
@require_GET
@secret_page
def callback(request: HardenedRequest) -> HttpResponseBase:
    """Take the issuer's answer, once and in the browser that asked, and open what it proves."""
    _require_configured()
    try:
        response = _answered(request, cookies.kept(request))
    except IdentityRefused as refusal:
        logger.warning("an answer of Pro Santé Connect was refused: %s", refusal.reason.value)
        response = _refused(request, "answer")
    except IssuerUnavailable as failure:
        response = _unavailable(request, failure)
    except ProofMissingError:
        response = _refused(request, "unknown")
    cookies.clear(response)
    return response


@public
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def practice(request: HardenedRequest) -> HttpResponseBase:
    """Ask somebody who works at several places for which of them he logs in; the answer opens the session."""
    _require_configured()
    pending = PendingChoice.of(request)
    if pending is None:
        return _refused(request, "late")
    offered = {one.key: one for one in pending.practices}
    form = PracticeForm(request.POST or None)
    form.fields["practice"].choices = [(key, one.name or one.structure) for key, one in offered.items()]  # type: ignore[attr-defined]
    if not form.is_valid():
        return render(request, "hardening/pro_sante_connect/practice.html", {"form": form})
    account = identities.account_of(ProSanteConnectSettings.load().issuer, pending.national_id)
    if account is None:
        return _refused(request, "unknown")
    try:
        chosen = offered[form.cleaned_data["practice"]]
        return open_by_card(request, account=account, practice=chosen, target=pending.target)
    except ProofMissingError:
        return _refused(request, "unknown")


def _answered(request: HardenedRequest, flow: Flow | None) -> HttpResponseBase:
    settings = ProSanteConnectSettings.load()
    given = request.GET
    if flow is None or not flow.answers(given.get("state", ""), at=clock.now()):
        raise IdentityRefused(Reason.STATE)
    # RFC 9207: an answer that names another issuer was meant for a login there.
    if given.get("iss", settings.issuer) != settings.issuer:
        raise IdentityRefused(Reason.ISSUER)
    # Used up before anything is asked with it, so that a second answer finds nothing to try (P5).
    if not spend(flow.state.encode(), lifetime=LIFETIME):
        raise IdentityRefused(Reason.STATE)
    if not given.get("code"):
        return _refused(request, "stopped")
    claims = exchange.redeem(given["code"], flow)
    account = identities.account_of(settings.issuer, claims.national_id)
    if account is None:
        return _refused(request, "unknown")
    return _by_card(request, account, claims, flow) if claims.is_by_card else _by_telephone(request, account)


def _by_card(request: HardenedRequest, account: AbstractBaseUser, claims: Claims, flow: Flow) -> HttpResponseBase:
    practices = practices_of(account, claims)
    if practices is not None and not practices:
        return _refused(request, "practice")
    if practices is None or len(practices) == 1 or is_inside(request, account=account):
        only = practices[0] if practices else None
        return open_by_card(request, account=account, practice=only, target=flow.next)
    PendingChoice(national_id=claims.national_id, practices=practices, target=flow.next, at=clock.now()).keep(request)
    return redirect("hardening_pro_sante_connect:practice")


def _by_telephone(request: HardenedRequest, account: AbstractBaseUser) -> HttpResponseBase:
    if not ProSanteConnectSettings.load().phone_grants:
        return _refused(request, "telephone")
    client = client_of(request)
    try:
        letter = issue_identity_grant(account=account, client=client)
    except WeakerWayClosed:
        emit(WeakerWayRefused(at=clock.now(), account=str(account.pk), client=client, step="identity"))
        return _refused(request, "telephone")
    notices.changed(account, what="grant", at=clock.now(), client=client)
    # Shown in the answer, and behind the # of the way on: no log, referrer or history holds it (P24).
    context = {"letter": letter, "address": f"{reverse('hardening:login')}#{letter.code}"}
    return render(request, "hardening/pro_sante_connect/grant.html", context)


def _require_configured() -> None:
    if not ProSanteConnectSettings.load().issuer:
        raise Http404


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "hardening/pro_sante_connect/refused.html", {"why": why}, status=403)


def _unavailable(request: HttpRequest, failure: IssuerUnavailable) -> HttpResponse:
    logger.warning("Pro Santé Connect is unavailable: %s", failure)
    response = render(request, "hardening/pro_sante_connect/unavailable.html", status=503)
    response["Retry-After"] = str(int(REST.total_seconds()))
    return response
