"""What domains tell each other: one signal, one frozen payload per event, receivers by payload class.

Siblings never import each other; they meet here. An event is sent inside the transaction of the change it
tells of, and a receiver that raises aborts that change: without an audit entry nothing happens (fail closed).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeVar

from django.dispatch import Signal

from hardening.clients import Client
from hardening.subjects import SubjectId

occurred = Signal()

EventType = TypeVar("EventType", bound="type[Event]")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. ``account`` is the opaque id of the login concerned, empty where there is none."""

    name: ClassVar[str]

    at: datetime
    account: str = ""
    client: Client | None = None
    session: str = ""
    intent: str = ""
    """Reference of the intent that this settles (see ``hardening.intents``), empty where there was none."""


def emit(event: Event) -> None:
    """Tell the receivers of this event's class, in this transaction; their exceptions are the caller's."""
    occurred.send(sender=type(event), event=event)


@dataclass(frozen=True, kw_only=True)
class ChangeIntended(Event):
    """An account is about to change: written before the change, which is refused if this cannot be (D1)."""

    name = "house.change.intended"
    change: str
    """Name of the event that will tell of the change, such as ``login.password.changed``."""
    actor: str = ""
    """Who changes it, where that is not the account itself."""


@dataclass(frozen=True, kw_only=True)
class ChangeAbandoned(Event):
    """An intended change was rolled back: it is known not to have happened."""

    name = "house.change.abandoned"
    change: str
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class PasswordAccepted(Event):
    """A password was right: a half login, nothing more."""

    name = "login.password.accepted"


@dataclass(frozen=True, kw_only=True)
class AttemptFailed(Event):
    """A step of a login failed. ``step`` is password, code, recovery, grant or reset."""

    name = "login.attempt.failed"
    step: str
    submitted: str = ""
    """Keyed digest of the submitted name, never the name itself: people type passwords into that field."""


@dataclass(frozen=True, kw_only=True)
class AttemptBlocked(Event):
    """Attempts were refused before anything was compared.

    Told at the first refusal of a cool-off, then at the tenth, the hundredth and so on: whoever sends ten
    thousand posts at a locked name must not write ten thousand entries.
    """

    name = "login.attempt.blocked"
    step: str
    submitted: str = ""
    refused: int = 1


@dataclass(frozen=True, kw_only=True)
class SessionOpened(Event):
    """A login is complete."""

    name = "login.session.opened"
    methods: tuple[str, ...]
    is_known_browser: bool


@dataclass(frozen=True, kw_only=True)
class SessionRaised(Event):
    """A step-up gave the session a fresher or stronger proof and a new key."""

    name = "login.session.raised"
    methods: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """A session ended. ``reason`` is logout, replaced, idle, absolute, revoked or changed."""

    name = "sessions.session.ended"
    reason: str
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class CodeReplayed(Event):
    """A one-time code that had already been accepted came again: somebody watches the owner type."""

    name = "authenticators.code.replayed"


@dataclass(frozen=True, kw_only=True)
class AuthenticatorBound(Event):
    """An authenticator was bound to the account. ``kind`` is one_time_code, passkey or recovery_codes."""

    name = "authenticators.authenticator.bound"
    kind: str
    authenticator: str


@dataclass(frozen=True, kw_only=True)
class AuthenticatorRemoved(Event):
    """An authenticator was removed from the account."""

    name = "authenticators.authenticator.removed"
    kind: str
    authenticator: str


@dataclass(frozen=True, kw_only=True)
class GrantIssued(Event):
    """An administrator issued an enrolment grant."""

    name = "authenticators.grant.issued"
    issued_by: str
    grant: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GrantRedeemed(Event):
    """An enrolment grant was used, once."""

    name = "authenticators.grant.redeemed"
    grant: str


@dataclass(frozen=True, kw_only=True)
class RecoveryRequested(Event):
    """A recovery code was used: it opens a request, never a session (D27)."""

    name = "authenticators.recovery.requested"
    remaining_codes: int


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """A reset link was asked for."""

    name = "login.reset.requested"


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """The password changed. ``by`` is owner, reset or administrator."""

    name = "login.password.changed"
    by: str


@dataclass(frozen=True, kw_only=True)
class LockoutStarted(Event):
    """A bucket is full: attempts in it are refused until ``until``.

    ``bucket`` is unknown_browsers, known_browser, address or password (one tried on many names).
    """

    name = "lockout.bucket.locked"
    bucket: str
    failures: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewFlagged(Event):
    """Ten failures in 24 hours: a person should look; nothing is blocked by it (D32)."""

    name = "lockout.account.flagged"
    failures: int


@dataclass(frozen=True, kw_only=True)
class LockoutReleased(Event):
    """An administrator ended a lockout before its time."""

    name = "lockout.bucket.released"
    released_by: str
    reason: str
    bucket: str = ""
    failures: int = 0


@dataclass(frozen=True, kw_only=True)
class BrowserRemembered(Event):
    """A browser became known to the account: from now on its failures are counted apart."""

    name = "lockout.browser.remembered"
    browser: str


@dataclass(frozen=True, kw_only=True)
class BrowserForgotten(Event):
    """Browsers are known no more. ``reason`` is revoked (by the owner) or changed (password, authenticator)."""

    name = "lockout.browser.forgotten"
    reason: str
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class BrowserCookieReplayed(Event):
    """A device cookie came back after it had been rotated: one of two holders copied it from the other."""

    name = "lockout.browser.replayed"
    browser: str


@dataclass(frozen=True, kw_only=True)
class PersonDisclosed(Event):
    """A person is about to be shown; the ledger row is in the same transaction."""

    name = "disclosure.person.disclosed"
    actor: str
    establishment: str
    subject: SubjectId
    purpose: str
    field_classes: tuple[str, ...]
    controller: str
    disclosure: str


@dataclass(frozen=True, kw_only=True)
class SearchMissed(Event):
    """A look-up found nobody, or not the person: charged as a miss."""

    name = "disclosure.search.missed"
    actor: str
    establishment: str
    purpose: str
    disclosure: str


@dataclass(frozen=True, kw_only=True)
class DisclosureDenied(Event):
    """The gate refused. ``reason`` is the stable word that the refusal page shows."""

    name = "disclosure.request.denied"
    actor: str
    establishment: str
    purpose: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AuditRead(Event):
    """An administrator read audit entries; ``account`` is whose, empty where the search named nobody."""

    name = "audit.entries.read"
    actor: str
    asked: tuple[str, ...]
    """The kinds of criteria of the search, not their values."""


@dataclass(frozen=True, kw_only=True)
class DisclosureFrozen(Event):
    """An account was stopped from disclosing anybody; in the transaction that no ledger row of it outlives."""

    name = "disclosure.account.frozen"
    actor: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DisclosureUnfrozen(Event):
    """An account may disclose again."""

    name = "disclosure.account.unfrozen"
    actor: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class KeyChanged(Event):
    """A key was added, promoted, retired or destroyed."""

    name = "keys.key.changed"
    key_id: int
    keyset: str
    state: str
