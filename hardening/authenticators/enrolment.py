"""Bind and remove one-time codes, always under a Permission."""

import secrets
from dataclasses import dataclass

from django.db import transaction

from hardening import clock
from hardening.authenticators import one_time_code
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.authenticators.grants import redeem_grant
from hardening.authenticators.holding import hold
from hardening.authenticators.models import OneTimeCode, PendingEnrolment
from hardening.authenticators.permission import Permission
from hardening.authenticators.policies import WeakerWayClosed, is_resistant_only
from hardening.authenticators.usable import has_another
from hardening.clients import Client
from hardening.errors import Outcome
from hardening.events import AuthenticatorBound, AuthenticatorRemoved, Event
from hardening.intents import intent

KIND = "one_time_code"


class NoSuchEnrolment(Outcome):
    """No enrolment is waiting in this session: none was begun, or its ten minutes are over."""


class WrongCode(Outcome):
    """The code is not that of the seed just shown."""


class LastAuthenticator(Outcome):
    """An account without an authenticator cannot log in: another is bound before the last one goes."""


class NoSuchAuthenticator(Outcome):
    """The account has no such authenticator: it is another's, gone, or was never one."""


@dataclass(frozen=True)
class Seed:
    """A seed in clear, for the one page that shows it."""

    value: bytes
    name: str

    def __repr__(self) -> str:
        """Leave the seed out of tracebacks and logs."""
        return f"Seed(name={self.name!r})"


def begin_enrolment(permission: Permission, *, name: str, session: str) -> Seed:
    """Return a new seed, to be shown now and never again; an enrolment begun earlier is forgotten.

    ``session`` is the opaque name of the session that sees the seed: only that one can confirm it.

    Raise WeakerWayClosed where the account logs in by passkeys alone: its codes would open nothing (D26).
    """
    if is_resistant_only(permission.account):
        raise WeakerWayClosed("codes are closed for this account")
    seed = Seed(value=secrets.token_bytes(one_time_code.SEED_BYTES), name=name)
    with transaction.atomic():
        PendingEnrolment.objects.filter(account_id=permission.account).delete()
        PendingEnrolment.objects.create(
            account_id=permission.account,
            seed=seed.value.hex(),  # type: ignore[misc]  # the stubs know no sealed field
            name=name,
            grant_id=permission.grant,
            session=session,
            expires_at=clock.now() + AuthenticatorsSettings.load().enrolment_window,
        )
    return seed


def confirm_enrolment(code: str, *, account: str, session: str, client: Client | None = None) -> OneTimeCode:
    """Bind the authenticator whose seed this session was shown, and return it.

    The permission was proven when the seed was shown; a grant is used up here, with the binding, so that a person
    whose phone fails has not lost the letter. The confirming code is used up with it (P6).

    Raise NoSuchEnrolment, WrongCode, WeakerWayClosed when the first passkey was bound meanwhile, or NoSuchGrant when
    the grant was used or replaced.
    """
    at = clock.now()
    pending = PendingEnrolment.objects.filter(account_id=account, session=session, expires_at__gt=at).first()
    if pending is None or not session:
        raise NoSuchEnrolment("no enrolment is waiting")
    seed, typed = pending.seed, one_time_code.read_code(code)
    # Not counted as a login attempt: whoever sees this page has been shown the seed and has nothing to guess.
    found = typed and one_time_code.match(bytes.fromhex(seed), typed, at=at, last_counter=one_time_code.NEVER)
    if not found:
        raise WrongCode("the code is another seed's")
    with intent(AuthenticatorBound, account=account, client=client, session=session) as change:
        hold(account)
        if is_resistant_only(account):
            raise WeakerWayClosed("codes are closed for this account")
        if PendingEnrolment.objects.filter(pk=pending.pk, seal_id=pending.seal_id).delete()[0] != 1:
            raise NoSuchEnrolment("no enrolment is waiting")
        redeemed: list[Event] = []
        if pending.grant_id is not None:
            redeemed.append(redeem_grant(pending.grant_id, account=account, client=client))
        bound: OneTimeCode = OneTimeCode.objects.create(
            user_id=pending.account_id,
            name=pending.name,
            seed=seed,
            last_counter=found.counter,
            last_used_at=at,
            bound_at=at,
        )
        change.settle(
            *redeemed,
            AuthenticatorBound(
                at=at, account=account, client=client, session=session, kind=KIND, authenticator=str(bound.pk)
            ),
        )
    return bound


def remove_authenticator(permission: Permission, *, authenticator: int, client: Client | None = None) -> None:
    """Remove one of the account's own one-time codes.

    Raise NoSuchAuthenticator for another account's, whatever the permission: its row stays (P3). Raise
    LastAuthenticator for the last.
    """
    permission.require_proof()
    require_removable(authenticator, account=permission.account)
    with intent(AuthenticatorRemoved, account=permission.account, client=client) as change:
        hold(permission.account)
        require_removable(authenticator, account=permission.account)
        OneTimeCode.objects.filter(pk=authenticator, user_id=permission.account).delete()
        change.settle(
            AuthenticatorRemoved(
                at=clock.now(),
                account=permission.account,
                client=client,
                kind=KIND,
                authenticator=str(authenticator),
            )
        )


def require_removable(authenticator: int, *, account: str) -> OneTimeCode:
    """Return one of the account's own one-time codes, if a passkey or another code logs the account in without it.

    Raise NoSuchAuthenticator or LastAuthenticator.
    """
    found: OneTimeCode | None = OneTimeCode.objects.filter(user_id=account, pk=authenticator).first()
    if found is None:
        raise NoSuchAuthenticator("no such authenticator")
    if not has_another(account, than_code=authenticator):
        raise LastAuthenticator("the last authenticator stays")
    return found


def rename_authenticator(permission: Permission, *, authenticator: int, name: str) -> None:
    """Give one of the account's own authenticators another name; what it can do stays the same.

    Raise NoSuchAuthenticator for another account's.
    """
    permission.require_proof()
    if OneTimeCode.objects.filter(pk=authenticator, user_id=permission.account).update(name=name) != 1:
        raise NoSuchAuthenticator("no such authenticator")
