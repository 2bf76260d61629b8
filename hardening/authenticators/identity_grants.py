"""The grant of somebody whom a national issuer knows, but who showed it no card."""

from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser

from hardening import clock
from hardening.authenticators import grant, spelling
from hardening.authenticators.grants import Letter
from hardening.authenticators.models import EnrolmentGrant
from hardening.authenticators.policies import WeakerWayClosed, is_resistant_only, strongest_of
from hardening.clients import Client
from hardening.events import GrantIssued
from hardening.intents import intent

LIFETIME = timedelta(minutes=10)
"""The person sits at the page that shows it."""

ISSUER = "national_identity"
"""Stands in the audit for the administrator whom there is not."""


def issue_identity_grant(*, account: AbstractBaseUser, client: Client | None = None) -> Letter:
    """Return a grant by which the holder of the password binds one authenticator within ten minutes (D30).

    Letters that are on their way stay alive: whoever deceives the owner into one approval must not make the letter
    worthless that would give the owner his own authenticator. An open recovery request is not answered by it.

    Raise WeakerWayClosed for an account that has a passkey, or logs in by passkeys alone.
    """
    key = str(account.pk)
    if strongest_of(key).phishing_resistant or is_resistant_only(key):
        raise WeakerWayClosed("an approval gives nothing where a passkey is bound")
    code, at = grant.new_code(), clock.now()
    with intent(GrantIssued, account=key, client=client) as change:
        issued = EnrolmentGrant.objects.create(
            account_id=account.pk,
            fingerprint=grant.fingerprint(code, account=key),
            issued_at=at,
            reason=ISSUER,
            expires_at=at + LIFETIME,
        )
        change.settle(
            GrantIssued(
                at=at,
                account=key,
                client=client,
                issued_by=ISSUER,
                grant=str(issued.pk),
                reason=ISSUER,
                way="identity",
            )
        )
    return Letter(grant=issued.pk, code=spelling.in_groups(code), expires_at=issued.expires_at)
