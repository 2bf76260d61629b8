"""Issue, find and redeem enrolment grants."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from hardening import clock
from hardening.authenticators import grant, spelling
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.authenticators.models import EnrolmentGrant, RecoveryRequest
from hardening.authenticators.permission import NoSuchGrant, Permission, by_grant
from hardening.clients import Client
from hardening.errors import Outcome
from hardening.events import GrantIssued, GrantRedeemed
from hardening.intents import intent


class OwnGrantRefused(Outcome):
    """Nobody grants himself an authenticator: his phished password would be enough."""


@dataclass(frozen=True)
class Letter:
    """What is handed over: the only time that the code exists in clear."""

    grant: UUID
    code: str
    expires_at: datetime

    def __repr__(self) -> str:
        """Leave the code out of tracebacks and logs."""
        return f"Letter(grant={self.grant})"


EMERGENCY = timedelta(minutes=10)
"""The longest life of a grant that nobody but an operator at the server vouches for."""


def is_of_emergency(account: str) -> bool:
    """Tell whether the account's last grant came from the server, for minutes: loud, and for somebody needed now."""
    last = EnrolmentGrant.objects.filter(account_id=account).order_by("-issued_at").first()
    return last is not None and last.issued_by_id is None and last.expires_at - last.issued_at <= EMERGENCY


def issue_grant(  # noqa: PLR0913 - for whom, by whom, why, from where, for how long
    *,
    account: AbstractBaseUser,
    issued_by: AbstractBaseUser | None,
    operator: str = "",
    reason: str = "",
    client: Client | None = None,
    lifetime: timedelta | None = None,
) -> Letter:
    """Return a letter that lets ``account`` bind one authenticator; it kills any earlier letter.

    ``issued_by`` is the administrator; None where somebody with a shell on the server does it, who is then named by
    ``operator``. ``reason`` stays with the grant, for whoever reviews it. An open recovery request of the account is
    answered by it. ``lifetime`` is for a grant used at once; by default it is that of a letter.

    Raise OwnGrantRefused where the issuer is the beneficiary.
    """
    if issued_by is not None and issued_by.pk == account.pk:
        raise OwnGrantRefused("an administrator cannot issue a grant to himself")
    code, issued_at = grant.new_code(), clock.now()
    issuer = str(issued_by.pk) if issued_by is not None else operator
    with intent(GrantIssued, account=str(account.pk), actor=issuer, client=client) as change:
        # Held until the commit: two administrators at once would each kill the letters before, and not the other's.
        type(account)._default_manager.select_for_update().filter(pk=account.pk).values_list("pk").get()
        EnrolmentGrant.objects.filter(account_id=account.pk, spent_at=None).update(spent_at=issued_at)
        issued = EnrolmentGrant.objects.create(
            account_id=account.pk,
            fingerprint=grant.fingerprint(code, account=str(account.pk)),
            issued_by_id=issued_by.pk if issued_by is not None else None,
            issued_at=issued_at,
            reason=reason,
            expires_at=issued_at + (lifetime or AuthenticatorsSettings.load().grant_lifetime),
        )
        RecoveryRequest.objects.filter(account_id=account.pk, answered_at=None).update(answered_at=issued_at)
        change.settle(
            GrantIssued(
                at=issued_at,
                account=str(account.pk),
                client=client,
                issued_by=issuer,
                grant=str(issued.pk),
                reason=reason,
            )
        )
    return Letter(grant=issued.pk, code=spelling.in_groups(code), expires_at=issued.expires_at)


def permission_from(text: str, *, account: str) -> Permission:
    """Return the permission that a typed grant gives this account. Finding it does not use it up.

    Raise NoSuchGrant for anything that is no live grant of this account.
    """
    code = grant.read(text)
    if code is None:
        raise NoSuchGrant("no such grant")
    found = EnrolmentGrant.objects.filter(fingerprint=grant.fingerprint(code, account=account)).first()
    return _permission(found, account=account)


def permission_of(grant_id: UUID, *, account: str) -> Permission:
    """Return the permission of a grant whose code this account's person has typed already.

    Raise NoSuchGrant when it is no longer live.
    """
    return _permission(EnrolmentGrant.objects.filter(pk=grant_id).first(), account=account)


def _permission(found: EnrolmentGrant | None, *, account: str) -> Permission:
    if found is None:
        raise NoSuchGrant("no such grant")
    return by_grant(
        found.pk,
        holder=str(found.account_id),
        account=account,
        expires_at=found.expires_at,
        is_spent=found.spent_at is not None,
        at=clock.now(),
    )


def redeem_grant(grant_id: UUID, *, account: str, client: Client | None = None) -> GrantRedeemed:
    """Use up a grant, inside the transaction of what it permits, and return the event that tells of it.

    Raise NoSuchGrant when it was used, replaced or expired meanwhile: of two simultaneous callers one gets here.
    """
    at = clock.now()
    live = EnrolmentGrant.objects.filter(pk=grant_id, account_id=account, spent_at=None, expires_at__gt=at)
    if live.update(spent_at=at) != 1:
        raise NoSuchGrant("no such grant")
    return GrantRedeemed(at=at, account=account, client=client, grant=str(grant_id))
