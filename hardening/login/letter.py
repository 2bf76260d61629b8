"""An enrolment letter on paper."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from django.utils.translation import gettext as _

from hardening.authenticators.grants import Letter
from hardening.login.conf import LoginSettings
from hardening.login.qr import qr_svg


def letter_address(letter: Letter) -> str:
    """Return what the QR code holds: the code stands behind the #, where no server, log or referrer meets it."""
    return f"{LoginSettings.load().address_of(reverse('hardening:login'))}#{letter.code}"


def letter_context(letter: Letter, *, account: AbstractBaseUser) -> dict[str, Any]:
    """Return what the printed page shows."""
    return {
        "letter": letter,
        "account": account,
        "name": getattr(account, "get_full_name", account.get_username)(),
        "portal_url": LoginSettings.load().portal_url,
        "enrol_url": LoginSettings.load().address_of(reverse("hardening:enrol")),
        "qr": qr_svg(letter_address(letter), title=_("QR code of this letter")),
    }
