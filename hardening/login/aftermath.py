"""What every change of an authenticator or a password is followed by (I4)."""

from django.contrib.auth.base_user import AbstractBaseUser

from hardening.lockout import device_cookies
from hardening.sessions.revocation import end_sessions


def forget_all_others(account: AbstractBaseUser, *, session: str = "") -> None:
    """End every session of the account but ``session``, with all half logins, and forget every known browser.

    Called inside the transaction of the change, so that a thief's session does not outlive it by one request. The
    browser at hand is forgotten too: its old cookie may have been copied, and a new one costs nothing.
    """
    end_sessions(str(account.pk), reason="changed", except_for=session or None)
    device_cookies.forget_all(account)
