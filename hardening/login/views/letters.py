"""Enrolment letters: an administrator prints one for somebody who has no telephone bound, or lost it."""

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hardening import clock
from hardening.authenticators import grants
from hardening.authenticators.models import RecoveryRequest
from hardening.authenticators.permission import FRESH
from hardening.clients import client_of
from hardening.login import notices
from hardening.login.forms import GrantForm
from hardening.login.letter import letter_context
from hardening.login.views.pages import HardenedRequest, secret_page
from hardening.requirements import AAL2, requires

MAY_ISSUE = "hardening_authenticators.add_enrolmentgrant"


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def letters(request: HardenedRequest) -> HttpResponseBase:
    """List open recovery requests, and write a letter, shown once in the answer to the POST."""
    if not request.user.has_perm(MAY_ISSUE):
        raise PermissionDenied
    form = GrantForm(request.POST or None)
    if form.is_valid():
        account = _account_named(form.cleaned_data["username"])
        if account is None or not account.is_active:
            form.add_error("username", _("There is no active account of this name."))
        else:
            try:
                written = grants.issue_grant(account=account, issued_by=request.user, client=client_of(request))
            except grants.OwnGrantRefused:
                form.add_error("username", _("Nobody writes a letter to himself: ask another administrator."))
            else:
                notices.changed(account, what="grant", at=clock.now())
                return render(request, "hardening/login/letter.html", letter_context(written, account=account))
    requests = RecoveryRequest.objects.filter(answered_at=None).select_related("account")
    return render(request, "hardening/login/letters.html", {"form": form, "recovery_requests": requests})


def _account_named(username: str) -> AbstractBaseUser | None:
    model = get_user_model()
    try:
        return model._default_manager.get_by_natural_key(username)
    except model.DoesNotExist:
        return None
