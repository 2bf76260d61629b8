"""Whether the ways weaker than a passkey are closed for an account, and who may open them again (D26)."""

from django.contrib.auth.base_user import AbstractBaseUser

from hardening import clock
from hardening.authenticators.passkey_models import LoginPolicy, Passkey
from hardening.authenticators.strength import strongest
from hardening.clients import Client
from hardening.errors import Outcome
from hardening.events import PolicyChanged
from hardening.intents import intent
from hardening.requirements import Requirement


class PolicyRefused(Outcome):
    """Only an administrator with all rights decides it, for somebody else, and says why."""


class WeakerWayClosed(Outcome):
    """The account has a passkey: this way of binding or logging in is closed to it."""


def is_resistant_only(account: str) -> bool:
    """Tell whether codes and letters are closed for the account; a code refuses itself, nobody needs to ask."""
    return LoginPolicy.objects.filter(account_id=account, resistant_only=True).exists()


def strongest_of(account: str) -> Requirement:
    """Return the strongest proof that the account can give, in one statement."""
    return strongest(has_passkey=Passkey.objects.filter(account_id=account).exists())


def close_weaker_ways(account: str) -> bool:
    """Close codes for the account unless an administrator has decided otherwise; tell whether they were open.

    Called with the first passkey, in its transaction.
    """
    _, is_new = LoginPolicy.objects.get_or_create(
        account_id=account, defaults={"resistant_only": True, "since": clock.now()}
    )
    return is_new


def open_weaker_ways(
    *, account: AbstractBaseUser, by: AbstractBaseUser, reason: str, client: Client | None = None
) -> None:
    """Let codes log ``account`` in again: for somebody who works where no passkey can be used.

    It stays so when another passkey is bound. ``by`` has proven a passkey in the session that asks for this.

    Raise PolicyRefused.
    """
    _decide(account, resistant_only=False, by=by, reason=reason, client=client)


def require_passkey(
    *, account: AbstractBaseUser, by: AbstractBaseUser, reason: str, client: Client | None = None
) -> None:
    """Close codes for ``account`` again, or before it has a passkey: then it logs in by none until one is bound.

    Raise PolicyRefused.
    """
    _decide(account, resistant_only=True, by=by, reason=reason, client=client)


def _decide(
    account: AbstractBaseUser, *, resistant_only: bool, by: AbstractBaseUser, reason: str, client: Client | None
) -> None:
    is_entitled = by.is_active and bool(getattr(by, "is_superuser", False))
    if not is_entitled or by.pk == account.pk or not reason.strip():
        raise PolicyRefused("another administrator decides it, with a reason")
    key, at = str(account.pk), clock.now()
    with intent(PolicyChanged, account=key, actor=str(by.pk), client=client) as change:
        decided = {"resistant_only": resistant_only, "since": at, "decided_by_id": by.pk, "reason": reason}
        LoginPolicy.objects.update_or_create(account_id=account.pk, defaults=decided)
        change.settle(
            PolicyChanged(
                at=at, account=key, client=client, resistant_only=resistant_only, actor=str(by.pk), reason=reason
            )
        )
