"""A code that unknown browsers take no more (D32): tell the owner, and let him open it again."""

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from hardening import clock
from hardening.authenticators import proofs
from hardening.clients import Client
from hardening.errors import StepUpRequired
from hardening.lockout import disabling
from hardening.login import mailing, notices
from hardening.login.conf import LoginSettings
from hardening.requirements import Assurance


def tell(*, account: str, client: Client) -> None:
    """Mail the owner that the hundredth wrong code in a row came after the right password, and what to do."""
    holder = get_user_model()._default_manager.get(pk=account)
    if to := notices.address_of(holder):
        enable_url = LoginSettings.load().address_of(reverse("hardening:code_enable"))
        context = {"at": clock.now(), "client": client, "enable_url": enable_url}
        mailing.post(notices.compose("code_disabled", to=to, context=context))


def is_of_the_owner(assurance: Assurance) -> bool:
    """Tell whether this session proves more than what the guesser may have come by: a passkey or a known browser."""
    return assurance.is_phishing_resistant or assurance.is_known_browser


def enable(assurance: Assurance, *, account: AbstractBaseUser, client: Client) -> bool:
    """Let unknown browsers give codes again; False where they could.

    Raise StepUpRequired without a fresh proof, and where it is neither by passkey nor in a known browser: the guesser
    who had luck at last would otherwise order a hundred guesses more.
    """
    proofs.fresh(assurance).require_for(str(account.pk))
    if not is_of_the_owner(assurance):
        raise StepUpRequired("a passkey or a known browser is needed")
    by = "passkey" if assurance.is_phishing_resistant else "known_browser"
    return disabling.enable(account.get_username(), account=str(account.pk), by=by, client=client)
