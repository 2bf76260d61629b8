"""Bind, remove and print authenticators, and end what the change makes suspect (I4)."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hardening import clock
from hardening.authenticators import enrolment, grants, passkey_binding, recovery, restrictions
from hardening.authenticators.models import OneTimeCode
from hardening.authenticators.passkey_models import Passkey
from hardening.authenticators.permission import Permission
from hardening.clients import Client
from hardening.login.aftermath import forget_all_others
from hardening.login.conf import LoginSettings


def bind(code: str, *, account: AbstractBaseUser, session: str, client: Client) -> OneTimeCode:
    """Confirm the enrolment that this session began; every other session and known browser ends with it.

    Raise NoSuchEnrolment, WrongCode or NoSuchGrant.
    """
    with transaction.atomic():
        bound = enrolment.confirm_enrolment(code, account=str(account.pk), session=session, client=client)
        forget_all_others(account, session=session)
    return bound


def bind_by_letter(code: str, *, account: AbstractBaseUser, session: str, client: Client) -> OneTimeCode:
    """Do as ``bind``, by a grant that came as a letter: what is bound is on probation for a day (spec, D35).

    Raise NoSuchEnrolment, WrongCode or NoSuchGrant.
    """
    with transaction.atomic():
        _begin_probation(account, client=client)
        return bind(code, account=account, session=session, client=client)


def remove(
    permission: Permission, *, account: AbstractBaseUser, authenticator: int, session: str, client: Client
) -> None:
    """Remove an authenticator of the account; every other session and known browser ends with it.

    Raise NoSuchAuthenticator or LastAuthenticator.
    """
    with transaction.atomic():
        permission.require_for(str(account.pk))
        enrolment.remove_authenticator(permission, authenticator=authenticator, client=client)
        forget_all_others(account, session=session)


def replace_recovery_codes(
    text: str, *, permission: Permission, account: AbstractBaseUser, session: str, client: Client
) -> None:
    """Put a printed sheet in force; every other session and known browser ends with it.

    Raise WrongRecoveryCode.
    """
    with transaction.atomic():
        permission.require_for(str(account.pk))
        recovery.confirm_recovery_codes(text, permission=permission, client=client)
        forget_all_others(account, session=session)


def bind_passkey(  # noqa: PLR0913 - what is bound, to whom, by whom
    permission: Permission, answer: str, *, account: AbstractBaseUser, name: str, session: str, client: Client
) -> Passkey:
    """Bind the passkey that ``answer`` brings; every other session and known browser ends with it.

    What a letter binds is on probation for a day.

    Raise CeremonyRefused, NoSuchGrant or WeakerWayClosed.
    """
    permission.require_for(str(account.pk))
    if permission.grant is not None:
        _begin_probation(account, client=client)
    return passkey_binding.bind_passkey(
        permission,
        answer,
        name=name,
        binding=session,
        client=client,
        alongside=lambda: forget_all_others(account, session=session),
    )


def remove_passkey(
    permission: Permission, *, account: AbstractBaseUser, passkey: int, session: str, client: Client
) -> None:
    """Remove a passkey of the account; every other session and known browser ends with it.

    Raise NoSuchAuthenticator or LastAuthenticator.
    """
    with transaction.atomic():
        permission.require_for(str(account.pk))
        passkey_binding.remove_passkey(permission, passkey=passkey, client=client)
        forget_all_others(account, session=session)


def _begin_probation(account: AbstractBaseUser, *, client: Client) -> None:
    # Before the binding, so that it covers what is bound; over what was bound earlier it has no say.
    lasts = LoginSettings.load().letter_probation
    if not lasts or grants.is_of_emergency(str(account.pk)):
        return
    until = clock.now() + lasts
    restrictions.restrict(str(account.pk), why="letter", probation_until=until, client=client)
