"""What each event is called on a page, in the words of whoever has to decide at three in the morning."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hardening import events

EVENT_WORDS: Mapping[str, str | Promise] = {
    events.ChangeIntended.name: _("Change begun"),
    events.ChangeAbandoned.name: _("Change given up, nothing was changed"),
    events.PasswordAccepted.name: _("Right password"),
    events.AttemptFailed.name: _("Failed login attempt"),
    events.AttemptBlocked.name: _("Login attempt refused: locked"),
    events.SessionOpened.name: _("Logged in"),
    events.SessionRaised.name: _("Identity confirmed again"),
    events.SessionEnded.name: _("Session ended"),
    events.CodeReplayed.name: _("A one-time code came a second time"),
    events.AuthenticatorBound.name: _("Authenticator added"),
    events.AuthenticatorRemoved.name: _("Authenticator removed"),
    events.GrantIssued.name: _("Enrolment letter issued"),
    events.GrantRedeemed.name: _("Enrolment letter used"),
    events.RecoveryRequested.name: _("Recovery code used"),
    events.PasswordResetRequested.name: _("New password asked for"),
    events.PasswordChanged.name: _("Password changed"),
    events.LockoutStarted.name: _("Locked after failures"),
    events.ReviewFlagged.name: _("Flagged for review"),
    events.LockoutReleased.name: _("Lockout released"),
    events.BrowserRemembered.name: _("Browser remembered"),
    events.BrowserForgotten.name: _("Browser forgotten"),
    events.BrowserCookieReplayed.name: _("A copied browser cookie came back"),
    events.PersonDisclosed.name: _("Person shown"),
    events.SearchMissed.name: _("Look-up without result"),
    events.DisclosureDenied.name: _("Look-up refused"),
    events.DisclosureFrozen.name: _("Account frozen: it shows nobody"),
    events.DisclosureUnfrozen.name: _("Account unfrozen"),
    events.AuditRead.name: _("Audit read"),
    events.KeyChanged.name: _("Key changed"),
}


def in_words(event: str) -> str:
    """Return the words for an event, its own name where it has none (an event of the portal)."""
    return str(EVENT_WORDS.get(event, event))
