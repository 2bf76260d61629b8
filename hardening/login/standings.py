"""In which standing a login opens: what the kernel decides, asked with what the login has loaded anyway."""

from datetime import datetime
from typing import Any

from hardening import clock
from hardening.authenticators import grants
from hardening.authenticators.models import OneTimeCode, Passkey
from hardening.authenticators.restriction_models import restricted
from hardening.authenticators.standing import Shown, is_withheld, standing_at_login
from hardening.lockout.models import KnownBrowser
from hardening.login.conf import LoginSettings
from hardening.requirements import Standing


def standing_by_code(authenticator: OneTimeCode, *, browser: KnownBrowser | None) -> Standing:
    """Return the standing of a login, or step-up, by this one-time code in this browser; no statement is made."""
    shown = Shown(
        bound_at=authenticator.bound_at, is_resistant=False, proven_from=browser.proven_from if browser else None
    )
    return standing_at_login(shown, restricted=restricted(authenticator.user), at=clock.now())


def is_withheld_by_code(authenticator: OneTimeCode) -> bool:
    """Tell whether this one-time code discloses nobody in any browser; no statement is made."""
    shown = Shown(bound_at=authenticator.bound_at, is_resistant=False)
    return is_withheld(shown, restricted=restricted(authenticator.user), at=clock.now())


def standing_by_passkey(passkey: Passkey) -> Standing:
    """Return the standing of a login, or step-up, by this passkey in any browser; no statement is made."""
    shown = Shown(bound_at=passkey.bound_at, is_resistant=True)
    return standing_at_login(shown, restricted=restricted(passkey.account), at=clock.now())


def standing_by_letter(account: str) -> Standing:
    """Return the standing in which the session opens whose authenticator a letter has just bound.

    Whoever had the letter has it: until the owner has had time to object, it opens little and changes nothing. Except
    where an operator at the server has broken the glass: whoever is let in so is needed now, and everybody was told.
    """
    is_believed = not LoginSettings.load().letter_probation or grants.is_of_emergency(account)
    return Standing.FULL if is_believed else Standing.PROBATION


def withheld_until(account: Any) -> datetime | None:  # noqa: ANN401 - AUTH_USER_MODEL, whichever it is
    """Return until when the account's new authenticators, or its codes, disclose nobody; None where they may."""
    found = restricted(account)
    until = found.nobody_until if found else None
    return until if until is not None and until > clock.now() else None


def probation_ends(account: Any) -> datetime | None:  # noqa: ANN401 - likewise
    """Return when the probation of the account's new authenticators ends; None where they are on none."""
    found = restricted(account)
    until = found.probation_until if found else None
    return until if until is not None and until > clock.now() else None
