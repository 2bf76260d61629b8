"""The session engine: ``SESSION_ENGINE = "hardening.sessions.backend"``.

Beside Django's data a session holds its assurance record, in the same row. That record changes only together
with the key (P20), so a request still running under the old cookie can neither keep nor restore what the new
one has, and nothing that ended comes back by being saved late.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import IntegrityError, router, transaction
from django.utils.crypto import get_random_string

from hardening import clock
from hardening.clients import Client
from hardening.events import SessionEnded, emit
from hardening.sessions.clearing import clear_sessions
from hardening.sessions.conf import SessionsSettings
from hardening.sessions.limits import overrun
from hardening.sessions.models import Alive, Session

KEY_LENGTH = 32
"""Characters of the cookie, of 36 kinds: 165 bits."""

logger = logging.getLogger("django.security.SuspiciousSession")


def digest_of(session_key: str) -> str:
    """Return the primary key of the session with this cookie."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(SessionBase):
    """One request's view of its session."""

    if TYPE_CHECKING:  # names of SessionBase that its stubs leave out
        _session_cache: dict[str, Any]

        def _get_session(self, no_load: bool = ...) -> dict[str, Any]: ...  # noqa: FBT001

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._row = Session()
        self._stored = ""
        """The data as this store itself last wrote it under the present key."""
        self._is_lowered = False
        self._is_lost = False

    # What is ours: names, proofs and limits

    @property
    def public_id(self) -> str:
        """Return the session's opaque name, for ledgers, logs and lists."""
        self._get_session()
        return str(self._row.public_id)

    @property
    def account(self) -> str:
        """Return the account of this session or half login, empty for neither."""
        self._get_session()
        return self._row.account

    @property
    def others(self) -> int | None:
        """Return how many sessions the account had beside this half login when it was read; None for no stored one."""
        self._get_session()
        return getattr(self._row, "later", None)

    @property
    def assurance(self) -> Mapping[str, Any]:
        """Return the assurance record as stored. To change it is to change the key: see ``prove``."""
        self._get_session()
        return dict(self._row.assurance)

    def begin(self, *, account: str, assurance: Mapping[str, Any], client: Client | None = None) -> None:
        """Forget whatever this browser was, and start the half login of ``account`` under a new key (P15)."""
        self.flush()
        self._note(account=account, assurance=assurance, client=client)
        self.modified = True

    def prove(
        self,
        *,
        account: str,
        assurance: Mapping[str, Any],
        client: Client | None = None,
        opened_at: datetime | None = None,
    ) -> None:
        """Put a new assurance record under a new key; the old key is dead in the same statement.

        ``opened_at`` is given by a login and starts the absolute limit; a step-up leaves it alone.

        Raise SessionInterrupted when the session ended meanwhile, also before it was read: what was proven in a
        session that is over opens no other one. ``flush`` first to start anew.
        """
        self._get_session()
        if self._is_lost:
            raise SessionInterrupted(_ENDED)
        self._note(account=account, assurance=assurance, client=client)
        if opened_at is not None:
            self._row.opened_at = opened_at
        self.cycle_key()

    def touch(self) -> None:
        """Note that the session is in use: at most one write every ``touch_every``."""
        if self.session_key is None or not hasattr(self, "_session_cache"):
            return
        at = clock.now()
        due_before = at - SessionsSettings.load().touch_every
        if self._row.last_seen_at <= due_before:
            Session.objects.filter(pk=digest_of(self.session_key)).unseen_since(due_before).update(last_seen_at=at)

    def _note(self, *, account: str, assurance: Mapping[str, Any], client: Client | None) -> None:
        self._row.account = account
        self._row.assurance = dict(assurance)
        if client is not None:
            self._row.network = client.network
            self._row.browser = client.browser

    # What Django asks of an engine

    def is_empty(self) -> bool:
        """Tell whether nothing is stored and nothing has to be."""
        return super().is_empty() and not self._row.assurance

    def exists(self, session_key: str) -> bool:
        """Tell whether a session with this cookie is stored."""
        return Session.objects.filter(pk=digest_of(session_key)).exists()

    def load(self) -> dict[str, Any]:
        """Return the data, or nothing for a cookie that is unknown, ended, idle or too old.

        An unknown cookie is forgotten, never adopted: a session key that somebody else chose opens nothing.
        """
        key = self.session_key
        row = Session.objects.of_key(digest_of(key), alive=_alive()) if key else None
        if row is not None and not self._is_over(row):
            self._row = row
            return self.decode(row.data)
        self._session_key = None
        self._is_lost = True
        return {}

    def create(self) -> None:
        """Store the session under a new key."""
        # No look whether the key is taken: at 165 bits that would be a statement for nothing, and the insert
        # would find out.
        self._session_key = _new_key()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Store the data; never bring an ended session back.

        Raise UpdateError when the row is gone: logged out, revoked or rotated while this request ran.
        """
        if self.session_key is None:
            self.create()
            return
        data = self.encode(self._get_session(no_load=must_create))
        if data == self._stored and not must_create and not self._is_lowered:
            return  # Django's middleware saves once more what `create` or `cycle_key` has just written
        self._refresh_row(data)
        if must_create:
            self._insert(self.session_key)
            return
        fields = ("account", "assurance", "opened_at") if self._is_lowered else ()
        if not self._update(digest_of(self.session_key), "data", "last_seen_at", "expires_at", *fields):
            raise UpdateError
        self._is_lowered = False

    def cycle_key(self) -> None:
        """Give the session a new key; one statement, so that there is no moment with two keys or none.

        Raise SessionInterrupted when the session ended, or got another key, meanwhile.
        """
        data = self._get_session()
        if self.session_key is None:
            self.create()
            return
        old, key = digest_of(self.session_key), _new_key()
        self._refresh_row(self.encode(data))
        self._row.key = digest_of(key)
        fields = ("data", "last_seen_at", "expires_at", "account", "assurance", "opened_at", "network", "browser")
        if not self._update(old, "key", *fields):
            raise SessionInterrupted(_ENDED)
        self._session_key = key
        self.modified = True

    async def acycle_key(self) -> None:
        """Do as ``cycle_key``."""
        await sync_to_async(self.cycle_key)()

    def clear(self) -> None:
        """Empty the session, what it has proven included; the key stays until ``flush``."""
        self._get_session()
        super().clear()
        self._row.account, self._row.assurance, self._row.opened_at = "", {}, None
        self._is_lowered = True

    def flush(self) -> None:
        """End the session and forget it."""
        super().flush()
        self._row = Session()
        self._stored = ""
        self._is_lowered = self._is_lost = False

    async def aflush(self) -> None:
        """Do as ``flush``."""
        await sync_to_async(self.flush)()

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with this cookie, or this one."""
        key = self.session_key if session_key is None else session_key
        if key is not None:
            Session.objects.filter(pk=digest_of(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Delete what no limit lets live, in batches."""
        clear_sessions()

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the data as JSON: nothing that could become code when read (C10)."""
        return json.dumps(session_dict, separators=(",", ":"))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return the data; of a row that somebody damaged, none."""
        try:
            data = json.loads(session_data)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            logger.warning("the data of session %s is damaged; it counts as empty", self._row.public_id)
            return {}
        return data

    def get_session_cookie_age(self) -> int:
        """Return the life of the cookie in seconds: no longer than the server honours it."""
        return int(SessionsSettings.load().absolute.total_seconds())

    def _validate_session_key(self, key: str | None) -> bool:
        return isinstance(key, str) and len(key) == KEY_LENGTH and set(key) <= _KEY_CHARS

    # Rows

    def _refresh_row(self, data: str) -> None:
        self._row.data = data
        self._row.last_seen_at = clock.now()
        self._row.expires_at = self._expiry()

    def _insert(self, key: str) -> None:
        self._row.key = digest_of(key)
        try:
            with transaction.atomic(using=router.db_for_write(Session)):
                self._row.save(force_insert=True)
        except IntegrityError as taken:
            raise CreateError from taken
        self._stored = self._row.data

    def _update(self, old: str, *fields: str) -> bool:
        values = {field: getattr(self._row, field) for field in fields}
        if Session.objects.filter(pk=old).update(**values) != 1:
            return False
        self._stored = self._row.data
        return True

    def _expiry(self) -> datetime:
        """Return the end: the absolute limit, or earlier where ``set_expiry`` asked for less."""
        latest = self._row.began_at + SessionsSettings.load().absolute
        if not self._session_cache.get("_session_expiry"):
            return latest
        return min(latest, self.get_expiry_date(modification=clock.now()))

    def _is_over(self, row: Session) -> bool:
        limits = SessionsSettings.load()
        at = clock.now()
        reason: str | None = overrun(row.lifetime, at=at, idle=limits.idle, absolute=limits.absolute)
        if reason is None and row.opened_at is not None and getattr(row, "later", 0) >= limits.at_most:
            reason = "limited"
        if reason is None:
            return False
        deleted, _ = Session.objects.filter(pk=row.pk).delete()
        if deleted and row.opened_at is not None:
            emit(SessionEnded(at=at, account=row.account, session=str(row.public_id), reason=reason))
        return True


_KEY_CHARS = frozenset(VALID_KEY_CHARS)
_ENDED = "The session ended while this request was running."


def _alive() -> Alive:
    limits, at = SessionsSettings.load(), clock.now()
    return Alive(opened_after=at - limits.absolute, seen_after=at - limits.idle)


def _new_key() -> str:
    return get_random_string(KEY_LENGTH, VALID_KEY_CHARS)
