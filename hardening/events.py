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
    """A step of a login failed. ``step`` is password, code, recovery, grant, reset, passkey or identity."""

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
    """A session ended.

    ``reason`` is logout, replaced, idle, absolute, revoked, changed, limited (a newer one took its place), dormant
    or disowned ("it was not me").
    """

    name = "sessions.session.ended"
    reason: str
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class SessionMoved(Event):
    """A session came from elsewhere and must prove itself again. ``what`` is network or browser."""

    name = "sessions.session.moved"
    what: str


@dataclass(frozen=True, kw_only=True)
class AccountDormant(Event):
    """Nobody used the account for long. ``state`` is warned (150 days) or blocked (180)."""

    name = "sessions.account.dormant"
    state: str


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
class PasskeyCloned(Event):
    """The counter of a passkey went back: two devices hold it, or somebody replays one. The answer was refused."""

    name = "authenticators.passkey.cloned"
    authenticator: str


@dataclass(frozen=True, kw_only=True)
class ChallengeReplayed(Event):
    """The challenge of a passkey came a second time. ``purpose`` is login, step_up or binding."""

    name = "authenticators.challenge.replayed"
    purpose: str


@dataclass(frozen=True, kw_only=True)
class WeakerWayRefused(Event):
    """Somebody with the right password tried a way that the account's passkey has closed (D26).

    ``step`` is code, recovery, grant or identity.
    """

    name = "authenticators.weaker_way.refused"
    step: str


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event):
    """The ways weaker than a passkey were closed for an account, or opened again by ``actor`` (D26)."""

    name = "authenticators.policy.changed"
    resistant_only: bool
    actor: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AuthenticatorDisabled(Event):
    """A hundred failures in a row: the authenticator opens nothing in unknown browsers any more (D32)."""

    name = "authenticators.authenticator.disabled"
    kind: str
    failures: int


@dataclass(frozen=True, kw_only=True)
class AuthenticatorEnabled(Event):
    """A disabled authenticator opens again. ``by`` is passkey, known_browser or administrator (then ``actor``)."""

    name = "authenticators.authenticator.enabled"
    kind: str
    by: str
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class NationalIdentityLinked(Event):
    """A national identity was linked to the account; its number stands in no event."""

    name = "authenticators.identity.linked"
    issuer: str
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class GrantIssued(Event):
    """An enrolment grant was issued. ``way`` is handed, posted, live, passkey, identity or recovery."""

    name = "authenticators.grant.issued"
    issued_by: str
    grant: str
    reason: str = ""
    way: str = "handed"


@dataclass(frozen=True, kw_only=True)
class GrantRedeemed(Event):
    """An enrolment grant was used, once."""

    name = "authenticators.grant.redeemed"
    grant: str


@dataclass(frozen=True, kw_only=True)
class GrantRequested(Event):
    """Grants were asked for, and wait for a second person or a delay (D36).

    ``request`` and ``batch`` are opaque references; ``count`` is how many accounts a batch holds. ``kind`` is grant,
    or reset where the account's authenticators are to be revoked with it.
    """

    name = "authenticators.grant.requested"
    actor: str
    request: str
    way: str
    reason: str
    executes_at: datetime
    kind: str = "grant"
    batch: str = ""
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class GrantApproved(Event):
    """A second person approved a request for grants."""

    name = "authenticators.grant.approved"
    actor: str
    request: str
    batch: str = ""
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class GrantVetoed(Event):
    """A request or a grant was stopped, by its owner (``by`` is owner) or by an administrator (``actor``)."""

    name = "authenticators.grant.vetoed"
    by: str
    actor: str = ""
    request: str = ""
    grant: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GrantActivated(Event):
    """A posted letter was activated by a code over an old channel, or at the desk by ``actor`` (D35)."""

    name = "authenticators.grant.activated"
    grant: str
    by: str
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class ResetByHelpDesk(Event):
    """Two persons revoked an account's authenticators and issued a grant in their place; nothing was switched off."""

    name = "authenticators.account.reset"
    actor: str
    request: str
    revoked: int


@dataclass(frozen=True, kw_only=True)
class RecoveryRequested(Event):
    """A recovery code was used: it opens a request, never a session (D27)."""

    name = "authenticators.recovery.requested"
    remaining_codes: int


@dataclass(frozen=True, kw_only=True)
class RecoverySettled(Event):
    """A recovery request came to its end. ``outcome`` is granted, vetoed or expired (D27)."""

    name = "authenticators.recovery.settled"
    outcome: str
    actor: str = ""


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
class PasswordBreached(Event):
    """A right password stands in the list of breached ones: nothing else opens before it is changed."""

    name = "login.password.breached"


@dataclass(frozen=True, kw_only=True)
class LoginHeld(Event):
    """A code was right in a browser that nobody knows: the session waits, and discloses nobody (D28)."""

    name = "login.session.held"


@dataclass(frozen=True, kw_only=True)
class LoginConfirmed(Event):
    """A held login was confirmed. ``by`` is link or known_browser."""

    name = "login.session.confirmed"
    by: str


@dataclass(frozen=True, kw_only=True)
class LoginRefusedByOwner(Event):
    """The owner said of a held login that it was not his. ``by`` is link or known_browser."""

    name = "login.session.refused"
    by: str


@dataclass(frozen=True, kw_only=True)
class ProbationBegan(Event):
    """The account's unproven browsers disclose a few people only, until ``until`` at most (D28).

    ``why`` is confirmed, letter, recovery or identity.
    """

    name = "login.probation.began"
    until: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class ProbationEnded(Event):
    """A probation ended. ``by`` is passkey, known_browser or time (seven days, with notices and no veto)."""

    name = "login.probation.ended"
    by: str


@dataclass(frozen=True, kw_only=True)
class AccountWithheld(Event):
    """The account discloses nobody until ``until``, so that an old channel can veto (D27, D35).

    ``why`` is letter, recovery or reset.
    """

    name = "login.account.withheld"
    until: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class NotMeReported(Event):
    """The owner said of a login that it was not his; ``session`` is the one that ended by it (D33)."""

    name = "login.session.disowned"


@dataclass(frozen=True, kw_only=True)
class RelaySeen(Event):
    """The login page was shown on a foreign host: a cloned page, or a proxy that nobody listed (D37)."""

    name = "login.relay.seen"
    host: str


@dataclass(frozen=True, kw_only=True)
class LinkReplayed(Event):
    """A mailed link that had already been used came again. ``purpose`` is what it was for."""

    name = "login.link.replayed"
    purpose: str


@dataclass(frozen=True, kw_only=True)
class EmailChangeRequested(Event):
    """Another address was asked for; it takes effect at ``executes_at`` unless the old one objects (D34)."""

    name = "login.email.requested"
    executes_at: datetime


@dataclass(frozen=True, kw_only=True)
class EmailChangeVetoed(Event):
    """The old address objected: it stays. ``by`` is link or known_browser."""

    name = "login.email.vetoed"
    by: str


@dataclass(frozen=True, kw_only=True)
class EmailChanged(Event):
    """The account's address changed; ``actor`` where somebody else did it."""

    name = "login.email.changed"
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class BreakGlassUsed(Event):
    """Somebody at the server let an administrator in. ``operator`` is his name on the system, ``reason`` his words."""

    name = "login.break_glass.used"
    operator: str
    reason: str


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
class ReviewNoted(Event):
    """A reviewer did something about a flagged account. ``action`` is called_back, watched, contained or lifted."""

    name = "lockout.account.noted"
    actor: str
    action: str
    reason: str


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
