"""What follows a change of how an account logs in: its owner is told, and the browser at hand is known again."""

from datetime import datetime

from django.http import HttpResponseRedirect
from django.shortcuts import redirect

from hardening.clients import client_of
from hardening.lockout import device_cookies
from hardening.login import notices
from hardening.login.views.pages import HardenedRequest


def after_change(request: HardenedRequest, *, what: str, at: datetime) -> HttpResponseRedirect:
    """Tell the owner that ``what`` (one of ``notices.CHANGES``) happened, and return the way to the security page.

    Every known browser was forgotten with the change (I4); this one gets a new cookie.
    """
    notices.changed(request.user, what=what, at=at, client=client_of(request))
    response = redirect("hardening:security")
    device_cookies.remember(request, response, account=request.user)
    return response
