"""Log in with a passkey: nothing is typed, and a page on another host gets nothing that opens this one."""

from django.http import HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hardening.authenticators import passkeys
from hardening.authenticators.answer import CeremonyRefused
from hardening.authenticators.challenge import Purpose
from hardening.authenticators.enrolment import NoSuchAuthenticator
from hardening.clients import client_of
from hardening.login import ceremony_cookie
from hardening.login.forms import PasswordStepForm
from hardening.login.passkey_login import enter
from hardening.login.views.login_page import login_page
from hardening.login.views.pages import HardenedRequest, arrive, secret_page
from hardening.requirements import public


@public
@require_POST
@secret_page
def passkey_login_options(request: HardenedRequest) -> HttpResponseBase:
    """Return what the browser asks its passkeys; it writes nothing, so that a stranger's page loads fill no table."""
    binding = ceremony_cookie.binding_of(request)
    if binding:
        return JsonResponse(passkeys.options_for_login(binding=binding))
    value = ceremony_cookie.new_value()
    response = JsonResponse(passkeys.options_for_login(binding=ceremony_cookie.binding_by(value)))
    ceremony_cookie.give(response, value)
    return response


@public
@require_POST
@secret_page
def passkey_login(request: HardenedRequest) -> HttpResponseBase:
    """Open the session of whoever the passkey belongs to, under a new key (P20).

    No failure is counted: there is nothing to guess, and a stranger's must not keep the owner out (P9).
    """
    try:
        shown = passkeys.assert_passkey(
            request.POST.get("answer", ""),
            purpose=Purpose.LOGIN,
            account=None,
            binding=ceremony_cookie.binding_of(request),
            client=client_of(request),
        )
    except (CeremonyRefused, NoSuchAuthenticator):
        # One text whatever was wrong: it would tell which passkeys, and which accounts, exist (P29).
        said = _("This passkey did not open the portal. Try again, or log in with your password.")
        return login_page(request, PasswordStepForm(), refusal=said)
    response = arrive(request)
    enter(request, response, shown=shown)
    return response
