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
    events.SessionMoved.name: _("Session came from elsewhere"),
    events.AccountDormant.name: _("Account long unused"),
    events.CodeReplayed.name: _("A one-time code came a second time"),
    events.AuthenticatorBound.name: _("Authenticator added"),
    events.AuthenticatorRemoved.name: _("Authenticator removed"),
    events.PasskeyCloned.name: _("A passkey seems to be copied"),
    events.ChallengeReplayed.name: _("Answer of a passkey came a second time"),
    events.WeakerWayRefused.name: _("Way closed by the passkey tried"),
    events.PolicyChanged.name: _("Ways of logging in changed"),
    events.AuthenticatorDisabled.name: _("Authenticator disabled after failures"),
    events.AuthenticatorEnabled.name: _("Authenticator enabled again"),
    events.NationalIdentityLinked.name: _("National identity linked"),
    events.GrantIssued.name: _("Enrolment letter issued"),
    events.GrantRedeemed.name: _("Enrolment letter used"),
    events.GrantRequested.name: _("Enrolment letter asked for"),
    events.GrantApproved.name: _("Enrolment letter approved"),
    events.GrantVetoed.name: _("Enrolment letter stopped"),
    events.GrantActivated.name: _("Enrolment letter activated"),
    events.ResetByHelpDesk.name: _("Authenticators reset by the help desk"),
    events.RecoveryRequested.name: _("Recovery code used"),
    events.RecoverySettled.name: _("Recovery request closed"),
    events.PasswordResetRequested.name: _("New password asked for"),
    events.PasswordChanged.name: _("Password changed"),
    events.PasswordBreached.name: _("Password known from a leak"),
    events.LoginHeld.name: _("Login waits for its confirmation"),
    events.LoginConfirmed.name: _("Login confirmed"),
    events.LoginRefusedByOwner.name: _("Login refused by its owner"),
    events.ProbationBegan.name: _("Probation began"),
    events.ProbationEnded.name: _("Probation ended"),
    events.AccountWithheld.name: _("Account shows nobody for now"),
    events.NotMeReported.name: _("“It was not me” reported"),
    events.RelaySeen.name: _("Login page seen on a foreign host"),
    events.LinkReplayed.name: _("A mailed link came a second time"),
    events.EmailChangeRequested.name: _("New e-mail address asked for"),
    events.EmailChangeVetoed.name: _("New e-mail address refused"),
    events.EmailChanged.name: _("E-mail address changed"),
    events.BreakGlassUsed.name: _("Emergency access used"),
    events.LockoutStarted.name: _("Locked after failures"),
    events.ReviewFlagged.name: _("Flagged for review"),
    events.ReviewNoted.name: _("Reviewed"),
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
