"""The verbs that change what a session has proven. Nothing else does, and each gives the session a new key.

They take the request because Django's session, CSRF token and user live on it; they decide nothing about
passwords or codes, but are told what was verified a moment ago. They emit the events of a login.
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth import login as django_login
from django.contrib.auth import logout as django_logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import router, transaction
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from hardening import clock
from hardening.assurance.record import PASSWORD, ProofMissingError, Record, read
from hardening.clients import Client, client_of
from hardening.events import PasswordAccepted, SessionEnded, SessionOpened, SessionRaised, emit
from hardening.requirements import Level, Standing
from hardening.sessions.backend import SessionStore
from hardening.sessions.conf import SessionsSettings
from hardening.sessions.crowd import end_surplus
from hardening.sessions.models import Session

_PROOF_BYTES = 16
"""A name that nobody meets twice, nor guesses: 128 bits."""


def begin_half_login(request: HttpRequest, *, account: str, is_known_browser: bool, auth_hash: str = "") -> None:
    """Note that the password of ``account`` was right. This is not a login: ``request.user`` is anonymous.

    Whatever this browser had before, another account's half login or session included, is gone (P15).
    Pass the user's ``get_session_auth_hash()`` as ``auth_hash``: a password changed between the two steps then
    voids the half login. Emits PasswordAccepted.
    """
    session, at, client = _session_of(request), clock.now(), client_of(request)
    _leave(session, client=client)
    record = Record(account=account, is_known_browser=is_known_browser, auth_hash=auth_hash)
    session.begin(account=account, assurance=record.proving({PASSWORD}, at=at).as_json(), client=client)
    request.user = AnonymousUser()
    rotate_token(request)
    emit(PasswordAccepted(at=at, account=account, client=client, session=session.public_id))


def half_login_account(request: HttpRequest) -> str | None:
    """Return the account whose password this browser gave at most five minutes ago, or None."""
    record = _live_half_login(request)
    return record.account if record else None


def open_session(
    request: HttpRequest,
    *,
    account_user: AbstractBaseUser,
    methods: Iterable[str],
    is_known_browser: bool,
    standing: Standing = Standing.FULL,
) -> None:
    """Complete the login of ``account_user``: new session key, new CSRF token, Django's ``login()`` inside.

    ``methods`` are the RFC 8176 names verified in this request. A password counts only as the live half login
    of the same account recorded it, so that no caller can skip that step or lend it from another account (I1).
    ``standing`` is how far this login is believed; a held one discloses nobody (D28).
    Emits SessionOpened, in the transaction that stores the session.

    Raise ProofMissingError where that does not amount to AAL2 or the account was disabled meanwhile, and
    SessionInterrupted when the half login was ended meanwhile.
    """
    session, at, client = _session_of(request), clock.now(), client_of(request)
    account = str(account_user.pk)
    if not account_user.is_active:
        raise ProofMissingError("a disabled account opens no session")
    half = _live_half_login(request)
    if half is not None and not _is_half_login_of(half, account_user):
        half = None
    if half is None:
        _leave(session, client=client)  # another account's leftovers stay with it (P15)
    proven = half or Record(account=account)
    record = proven.proving(set(methods) - {PASSWORD}, at=at, proof=_new_proof())
    if not record.is_complete:
        raise ProofMissingError(f"a session does not open on {', '.join(sorted(record.methods)) or 'nothing'}")
    record = replace(record, is_known_browser=is_known_browser, auth_hash="", standing=standing)
    others = session.others if half else None
    with transaction.atomic(using=router.db_for_write(Session)):
        _log_in(request, account_user)
        session.prove(account=account, assurance=record.as_json(), client=client, opened_at=at)
        emit(
            SessionOpened(
                at=at,
                account=account,
                client=client,
                session=session.public_id,
                methods=tuple(sorted(record.methods)),
                is_known_browser=is_known_browser,
            )
        )
        if standing is not Standing.HELD and (others is None or others >= SessionsSettings.load().at_most):
            end_surplus(account, newest=session.public_id)


def refresh(request: HttpRequest, *, methods: Iterable[str], standing: Standing | None = None) -> None:
    """Note a step-up: ``methods`` were verified just now, for the account of this session. New key (D29).

    A password alone is no step-up. Without ``standing`` the session stays in the one that it has: what ends a hold
    or a probation depends on the account, not on the proof alone (D28, D35). Emits SessionRaised.

    Raise ProofMissingError for that, and where no login is complete.
    """
    session, at, client = _session_of(request), clock.now(), client_of(request)
    record = read(session.assurance)
    given = set(methods)
    if record is None or not record.is_complete or str(request.user.pk) != record.account:
        raise ProofMissingError("a step-up needs a complete login of the same account")
    if not given - {PASSWORD}:
        raise ProofMissingError("a password alone is no step-up")
    raised = record.proving(given, at=at, proof=_new_proof())
    raised = replace(raised, standing=standing or record.standing)
    with transaction.atomic(using=router.db_for_write(Session)):
        session.prove(account=record.account, assurance=raised.as_json())
        rotate_token(request)
        emit(
            SessionRaised(
                at=at,
                account=record.account,
                client=client,
                session=session.public_id,
                methods=tuple(sorted(given)),
            )
        )


def believe(request: HttpRequest, *, standing: Standing) -> None:
    """Better the standing of a held login, under a new key; its proofs stay as they were (D28).

    The caller has the owner's answer. Raise ProofMissingError where no held login of this account is open.
    """
    session = _session_of(request)
    record = read(session.assurance)
    if record is None or record.level != Level.HELD or str(request.user.pk) != record.account:
        raise ProofMissingError("no login is held here")
    with transaction.atomic(using=router.db_for_write(Session)):
        session.prove(account=record.account, assurance=replace(record, standing=standing).as_json())
        end_surplus(record.account, newest=session.public_id)
    rotate_token(request)


def session_name(request: HttpRequest) -> str:
    """Return the opaque name of the session behind ``request``."""
    return _session_of(request).public_id


def drop(request: HttpRequest, *, reason: str = "logout") -> None:
    """End this session or half login, and forget it. Emits SessionEnded if a login was complete."""
    session, client = _session_of(request), client_of(request)
    ended = _ending(session, client=client, reason=reason)
    django_logout(request)
    rotate_token(request)
    if ended is not None:
        emit(ended)


def _leave(session: SessionStore, *, client: Client) -> None:
    """End whatever this browser had, before another login in it."""
    ended = _ending(session, client=client, reason="replaced")
    session.flush()
    if ended is not None:
        emit(ended)


def _ending(session: SessionStore, *, client: Client, reason: str) -> SessionEnded | None:
    record = read(session.assurance)
    if record is None or not record.is_complete:
        return None
    return SessionEnded(at=clock.now(), account=record.account, client=client, session=session.public_id, reason=reason)


def _new_proof() -> str:
    return secrets.token_hex(_PROOF_BYTES)


def _log_in(request: HttpRequest, account_user: AbstractBaseUser) -> None:
    # Django issues a key of its own unless these stand in the session already; ours follows in one statement
    # with everything else.
    request.session[SESSION_KEY] = account_user._meta.pk.value_to_string(account_user)
    request.session[HASH_SESSION_KEY] = account_user.get_session_auth_hash()
    django_login(request, account_user)  # type: ignore[arg-type]  # the plugin narrows it to one project's user


def _session_of(request: HttpRequest) -> SessionStore:
    session = request.session
    if not isinstance(session, SessionStore):
        raise TypeError('assurance needs SESSION_ENGINE = "hardening.sessions.backend"')
    return session


def _live_half_login(request: HttpRequest) -> Record | None:
    record = read(_session_of(request).assurance)
    return record if record is not None and record.is_half_login(at=clock.now()) else None


def _is_half_login_of(half: Record, account_user: AbstractBaseUser) -> bool:
    if half.account != str(account_user.pk):
        return False
    return not half.auth_hash or constant_time_compare(half.auth_hash, account_user.get_session_auth_hash())
