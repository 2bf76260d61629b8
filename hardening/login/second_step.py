"""The second step, wherever it is asked: count the attempt, compare, and tell the owner of a failure."""

from dataclasses import dataclass

from hardening.authenticators import codes
from hardening.clients import Client
from hardening.lockout import attempts
from hardening.lockout.models import KnownBrowser
from hardening.login import disabled_code, downgrade, notices

STEP = "code"


@dataclass(frozen=True)
class Given:
    """A right code, and the slot it was tried in."""

    verified: codes.Verified
    slot: attempts.Slot


def give_code(  # noqa: PLR0913 - who, what, with which, from where
    code: str, *, account: str, username: str, authenticator: str, client: Client, browser: KnownBrowser | None
) -> Given | None:
    """Return what the code proves; None for a wrong, late or repeated one: nobody is told which (P29).

    The slot is taken before the comparison, in the counter of the account that every step shares (P11). A failure here
    came after a right password, so the owner is told, unless it was in a browser he is known by (D32).

    Raise LockedOut, having compared nothing.
    """
    slot = attempts.reserve(submitted=username, step=STEP, client=client, device=browser, account=account)
    verified = codes.verify(code, account=account, authenticator=authenticator)
    if verified is not None and verified.account.is_active:
        return Given(verified=verified, slot=slot)
    slot.fail(account=account)
    if slot.is_last_of_patience:
        disabled_code.tell(account=account, client=client)
    elif browser is None and downgrade.was_tried(account=account):
        downgrade.tell(account=account, client=client)
    elif browser is None:
        notices.second_step_failed(account=account, client=client)
    return None
