"""Bind, rename and remove passkeys, always under a Permission."""

import secrets
from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser

from hardening import clock
from hardening.authenticators import challenges
from hardening.authenticators.answer import CeremonyRefused, Reason, read_registration
from hardening.authenticators.ceremony import Registered, verify_registration
from hardening.authenticators.ceremony_options import Holder, creation_options
from hardening.authenticators.challenge import Purpose
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.authenticators.enrolment import LastAuthenticator, NoSuchAuthenticator
from hardening.authenticators.grants import redeem_grant
from hardening.authenticators.holding import hold
from hardening.authenticators.passkey_models import HANDLE_BYTES, Passkey, PasskeyOwner, digest_of
from hardening.authenticators.passkeys import known, passkeys_of
from hardening.authenticators.permission import Permission
from hardening.authenticators.policies import WeakerWayClosed, close_weaker_ways, is_resistant_only
from hardening.authenticators.relying_party import policy_for, relying
from hardening.authenticators.usable import has_another
from hardening.clients import Client
from hardening.events import AuthenticatorBound, AuthenticatorRemoved, Event, PolicyChanged, WeakerWayRefused, emit
from hardening.intents import intent

KIND = "passkey"


def options_for_binding(permission: Permission, *, binding: str, username: str, display_name: str) -> dict[str, object]:
    """Return what asks the browser for a new passkey, as JSON; devices that hold one of the account's already decline.

    ``binding`` is the opaque name of the session. ``username`` and ``display_name`` are what the owner will read in
    the list of passkeys of his device, and lie there as long as he keeps it.
    """
    account = permission.account
    challenge = challenges.ask(Purpose.BINDING, account=account, binding=binding)
    owner, _ = PasskeyOwner.objects.get_or_create(
        account_id=account, defaults={"handle": secrets.token_bytes(HANDLE_BYTES)}
    )
    return creation_options(
        challenge,
        relying=relying(),
        holder=Holder(handle=bytes(owner.handle), username=username, display_name=display_name),
        excluded=map(known, passkeys_of(account)),
        wants_attestation=policy_for(_holder(account)).needs_attestation,
    )


def bind_passkey(  # noqa: PLR0913 - what is bound, under which name, from where, and what ends with it
    permission: Permission,
    answer: str,
    *,
    name: str,
    binding: str,
    client: Client | None = None,
    alongside: Callable[[], None] = lambda: None,
) -> Passkey:
    """Bind the passkey that ``answer`` brings, and return it; the account's first one closes its codes (D26).

    A grant is used up here, with the binding, and ``alongside`` is called in the same transaction: what ends with the
    change ends with it or not at all (I4). Call it outside a transaction: a refusal must not give the challenge back.

    Raise CeremonyRefused, NoSuchGrant when the grant was used or replaced meanwhile, and WeakerWayClosed for a grant
    where a passkey is bound already: a letter out of a mailbox would stand beside the key that it cannot replace.
    """
    account, read = permission.account, read_registration(answer)
    challenge = read.client_data.challenge
    challenges.take_back(challenge, purpose=Purpose.BINDING, account=account, binding=binding, client=client)
    policy = policy_for(_holder(account))
    registered = verify_registration(read, challenge=challenge, relying=relying(), policy=policy)
    try:
        return _bind(permission, registered, name=name, session=binding, client=client, alongside=alongside)
    except WeakerWayClosed:
        emit(WeakerWayRefused(at=clock.now(), account=account, client=client, session=binding, step="grant"))
        raise


def _bind(  # noqa: PLR0913 - likewise
    permission: Permission,
    registered: Registered,
    *,
    name: str,
    session: str,
    client: Client | None,
    alongside: Callable[[], None],
) -> Passkey:
    account, at = permission.account, clock.now()
    with intent(AuthenticatorBound, account=account, client=client, session=session) as change:
        hold(account)
        _require_room(permission, digest=digest_of(registered.credential_id))
        told: list[Event] = []
        if permission.grant is not None:
            told.append(redeem_grant(permission.grant, account=account, client=client))
        bound = _create(registered, account=account, name=name)
        alongside()
        told.append(
            AuthenticatorBound(
                at=at, account=account, client=client, session=session, kind=KIND, authenticator=str(bound.pk)
            )
        )
        if close_weaker_ways(account):
            told.append(PolicyChanged(at=at, account=account, client=client, session=session, resistant_only=True))
        change.settle(*told)
    return bound


def remove_passkey(permission: Permission, *, passkey: int, client: Client | None = None) -> None:
    """Remove one of the account's own passkeys.

    Raise NoSuchAuthenticator for another account's, whatever the permission (P3), and LastAuthenticator where nothing
    else could log the account in: where codes are closed, a code is nothing.
    """
    permission.require_proof()
    account = permission.account
    with intent(AuthenticatorRemoved, account=account, client=client) as change:
        hold(account)
        own = Passkey.objects.filter(pk=passkey, account_id=account)
        if not own.exists():
            raise NoSuchAuthenticator("no such passkey")
        if not has_another(account, than_passkey=passkey):
            raise LastAuthenticator("the last authenticator stays")
        own.delete()
        change.settle(
            AuthenticatorRemoved(at=clock.now(), account=account, client=client, kind=KIND, authenticator=str(passkey))
        )


def rename_passkey(permission: Permission, *, passkey: int, name: str) -> None:
    """Give one of the account's own passkeys another name; what it can do stays the same.

    Raise NoSuchAuthenticator for another account's.
    """
    permission.require_proof()
    if Passkey.objects.filter(pk=passkey, account_id=permission.account).update(name=name) != 1:
        raise NoSuchAuthenticator("no such passkey")


def _require_room(permission: Permission, *, digest: str) -> None:
    own = Passkey.objects.filter(account_id=permission.account).count()
    if permission.grant is not None and own and is_resistant_only(permission.account):
        raise WeakerWayClosed("a letter binds nothing where a passkey is bound")
    if own >= AuthenticatorsSettings.load().passkeys_at_most:
        raise CeremonyRefused(Reason.TOO_MANY)
    # Also another account's: one device that answers for two people would answer for whichever is asked.
    if Passkey.objects.filter(credential_id_sha256=digest).exists():
        raise CeremonyRefused(Reason.BOUND_ALREADY)


def _create(registered: Registered, *, account: str, name: str) -> Passkey:
    passkey: Passkey = Passkey.objects.create(
        account_id=account,
        credential_id=registered.credential_id,
        credential_id_sha256=digest_of(registered.credential_id),
        public_key=registered.public_key,
        sign_count=registered.sign_count,
        aaguid=registered.aaguid,
        attestation=registered.attestation,
        is_backup_eligible=registered.is_backup_eligible,
        is_backed_up=registered.is_backed_up,
        transports=list(registered.transports),
        name=name,
    )
    return passkey


def _holder(account: str) -> AbstractBaseUser:
    holder: AbstractBaseUser = get_user_model()._default_manager.get(pk=account)
    return holder
