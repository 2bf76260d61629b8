"""Open the session that a passkey proves, and know its browser from then on."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from hardening import clock
from hardening.assurance import raising
from hardening.authenticators import restrictions
from hardening.authenticators.passkeys import Shown
from hardening.authenticators.restriction_models import restricted
from hardening.clients import Client, client_of
from hardening.lockout import device_cookies
from hardening.lockout.models import KnownBrowser
from hardening.login.standings import probation_ends, standing_by_passkey
from hardening.requirements import Standing


def enter(request: HttpRequest, response: HttpResponse, *, shown: Shown) -> None:
    """Open the session of the passkey's owner; ``response`` carries the browser's cookie.

    A passkey from before a login was disowned ends what codes are under since: its owner is back (D33).

    Raise ProofMissingError where the account was disabled in this moment.
    """
    holder, standing = shown.account, standing_by_passkey(shown.passkey)
    browser = device_cookies.recognise(request, name=holder.get_username())
    raising.open_session(
        request,
        account_user=holder,
        methods=shown.methods,
        is_known_browser=browser is not None,
        standing=standing,
    )
    if standing is Standing.HELD:
        return
    if standing is Standing.FULL:
        _bring_back(holder, browser=browser, client=client_of(request))
    device_cookies.remember(request, response, account=holder, proven_from=probation_ends(holder))


def _bring_back(holder: AbstractBaseUser, *, browser: KnownBrowser | None, client: Client) -> None:
    found = restricted(holder)
    if found is not None and found.takes_codes:
        restrictions.free_codes(str(holder.pk), client=client)
    if browser is not None and browser.proven_from > clock.now():
        device_cookies.believe(holder, browser=browser.pk)
