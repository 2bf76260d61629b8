"""Open the session that a passkey proves, and know its browser from then on."""

from django.http import HttpRequest, HttpResponse

from hardening.assurance import raising
from hardening.authenticators.passkeys import Shown
from hardening.lockout import device_cookies


def enter(request: HttpRequest, response: HttpResponse, *, shown: Shown) -> None:
    """Open the session of the passkey's owner; ``response`` carries the browser's cookie.

    Raise ProofMissingError where the account was disabled in this moment.
    """
    holder = shown.account
    browser = device_cookies.recognise(request, name=holder.get_username())
    raising.open_session(request, account_user=holder, methods=shown.methods, is_known_browser=browser is not None)
    device_cookies.remember(request, response, account=holder)
