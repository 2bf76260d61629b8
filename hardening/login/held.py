"""Held logins: a right code in a browser that the account does not know waits for its owner's answer (D28)."""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from hardening import clock
from hardening.assurance import raising
from hardening.authenticators import spelling
from hardening.authenticators.permission import Permission
from hardening.authenticators.standing import PROBATION_LASTS
from hardening.clients import Client, client_of
from hardening.errors import Outcome
from hardening.events import LoginConfirmed, LoginHeld, LoginRefusedByOwner, ProbationBegan, emit
from hardening.keys.digests import digest
from hardening.login import notices
from hardening.login.conf import LoginSettings
from hardening.login.held_models import PendingLogin
from hardening.requirements import Standing
from hardening.sessions.revocation import end_session

LIFETIME = timedelta(minutes=30)
MOST_TRIES = 5
_SYMBOLS = 8
"""40 bits with five tries in half an hour: one guess in two hundred thousand million is right."""


class WrongConfirmation(Outcome):
    """The code is not the one of the mail, or the login waits no more: one answer for all."""


def withhold(request: HttpRequest, *, account: AbstractBaseUser, method: str) -> None:
    """Open the session of a right second step as held, with nothing that would confirm it: the account is in doubt.

    Raise ProofMissingError as ``raising.open_session`` does. Emits LoginHeld.
    """
    with transaction.atomic():
        raising.open_session(
            request, account_user=account, methods=(method,), is_known_browser=False, standing=Standing.HELD
        )
        client, session = client_of(request), raising.session_name(request)
        emit(LoginHeld(at=clock.now(), account=str(account.pk), client=client, session=session))


def begin(request: HttpRequest, *, account: AbstractBaseUser, method: str) -> None:
    """Open the session of a right second step as held, and mail its owner what confirms it.

    Raise ProofMissingError as ``raising.open_session`` does. Emits LoginHeld.
    """
    at, client = clock.now(), client_of(request)
    code = spelling.spell(secrets.randbits(_SYMBOLS * spelling.BITS_PER_SYMBOL), symbols=_SYMBOLS)
    with transaction.atomic():
        raising.open_session(
            request, account_user=account, methods=(method,), is_known_browser=False, standing=Standing.HELD
        )
        session = raising.session_name(request)
        PendingLogin.objects.create(
            account_id=account.pk,
            session=session,
            fingerprint=_fingerprint(code, session=session),
            browser=client.browser,
            network=client.network,
            asked_at=at,
            expires_at=at + LIFETIME,
        )
        emit(LoginHeld(at=at, account=str(account.pk), client=client, session=session))
    link = f"{LoginSettings.load().address_of(reverse('hardening:held'))}#{code}"
    notices.held(account, at=at, client=client, session=session, code=spelling.in_groups(code), link=link)


def waiting_in(session: str) -> PendingLogin | None:
    """Return the login that waits in this session, or None where nobody's answer would open it."""
    return _waiting().filter(session=session).first()


def waiting_of(account: str) -> list[PendingLogin]:
    """Return the account's waiting logins, the latest first, for its owner in a browser that he is known by."""
    return list(_waiting().filter(account_id=account, confirmed_at=None, approved_at=None).order_by("-asked_at"))


def confirm(request: HttpRequest, text: str) -> datetime:
    """Confirm the held login of this very session by the mailed code; return when its probation ends.

    It begins a probation and never ends one: a deceived owner confirms the thief, who holds the session (D28).
    A guess is counted before it is compared. Emits LoginConfirmed and ProbationBegan.

    Raise WrongConfirmation.
    """
    at, session, client = clock.now(), raising.session_name(request), client_of(request)
    own = _waiting().filter(session=session, confirmed_at=None, approved_at=None)
    if own.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1) != 1:
        raise WrongConfirmation("no login waits here")
    waiting = own.get()
    code = spelling.read(text, symbols=_SYMBOLS)
    if code is None or not compare_digest(_fingerprint(code, session=session), waiting.fingerprint):
        raise WrongConfirmation("not the code of the mail")
    until = at + PROBATION_LASTS
    with transaction.atomic():
        if own.filter(pk=waiting.pk).update(confirmed_at=at) != 1:
            raise WrongConfirmation("no login waits here")
        _believe(request, standing=Standing.PROBATION, account=str(waiting.account_id), by="link")
        emit(
            ProbationBegan(
                at=at, account=str(waiting.account_id), client=client, session=session, until=until, why="confirmed"
            )
        )
    return until


def take_up(request: HttpRequest) -> bool:
    """Go on where a known browser of the account has approved this session's login; False where none has."""
    session = raising.session_name(request)
    approved = _waiting().filter(session=session).exclude(approved_at=None)
    found = approved.first()
    if found is None:
        return False
    _believe(request, standing=Standing.FULL, account=str(found.account_id), by="known_browser")
    return True


def approve(permission: Permission, *, login: UUID) -> bool:
    """Approve a waiting login of the permission's account; False where it waits no more.

    The permission is a fresh proof outside probation, in a browser that the account is known by or by a passkey: the
    page sees to that (D28). The held browser takes it up itself, under a new key.
    """
    permission.require_proof()
    own = _waiting().filter(pk=login, account_id=permission.account, confirmed_at=None)
    return own.filter(approved_at=None).update(approved_at=clock.now()) == 1


def refuse(*, account: str, login: UUID, client: Client) -> bool:
    """End a waiting login of the account; False where there is none such. Emits LoginRefusedByOwner."""
    found = _waiting().filter(pk=login, account_id=account).first()
    if found is None:
        return False
    with transaction.atomic():
        PendingLogin.objects.filter(pk=found.pk).delete()
        end_session(str(found.session), account=account, reason="disowned")
        emit(
            LoginRefusedByOwner(
                at=clock.now(), account=account, client=client, session=str(found.session), by="known_browser"
            )
        )
    return True


def _waiting() -> QuerySet[PendingLogin, PendingLogin]:
    return PendingLogin.objects.filter(expires_at__gt=clock.now())


def _believe(request: HttpRequest, *, standing: Standing, account: str, by: str) -> None:
    with transaction.atomic():
        raising.believe(request, standing=standing)
        session: Any = raising.session_name(request)
        emit(LoginConfirmed(at=clock.now(), account=account, client=client_of(request), session=session, by=by))


def _fingerprint(code: str, *, session: str) -> str:
    # Keyed: forty bits would be found in a stolen table within minutes.
    return digest("login.held", f"{session}:{code}")
