"""The words of a refusal, by its stable reason: never whether the person exists, never how close anybody came."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Wording:
    """What a refusal says, in this order; that nothing was shown is said by the page itself."""

    title: Text
    what_happened: Text
    way_on: Text
    resets_at: datetime | None = None


_OWN_LIMIT = _("You have looked up as many people as your account may for now.")
_TRY_AGAIN = _("Wait until then, or call support with the reference below if someone is waiting.")
_SHARED = _("People you have already seen today can still be looked up.")

_BY_REASON: dict[str, tuple[Text, Text, Text]] = {
    "practitioner_burst": (
        _("One moment, please"),
        _("Look-ups came faster than at a counter."),
        _("Try again in a few minutes; nothing else is needed."),
    ),
    "practitioner_hour": (_("Limit of the hour reached"), _OWN_LIMIT, _TRY_AGAIN),
    "practitioner_day": (_("Limit of the day reached"), _OWN_LIMIT, _TRY_AGAIN),
    "practitioner_people": (_("Limit of the day reached"), _OWN_LIMIT, _TRY_AGAIN),
    "practitioner_newcomers": (
        _("Limit of new people reached"),
        _("You have looked up as many people new to your establishment as your account may for now."),
        _TRY_AGAIN,
    ),
    "establishment": (
        _("Limit of your establishment reached"),
        _("Your establishment has looked up as many people as it may for now."),
        _SHARED,
    ),
    "portal": (
        _("The portal is at its limit"),
        _("Far more people than usual are being looked up, so look-ups are held back for everybody."),
        _("Try again later."),
    ),
    "frozen": (
        _("Your account may not look anybody up"),
        _("Look-ups were stopped on this account to protect the people behind it."),
        _("Call support with the reference below. If it was not you who used this account, say so first."),
    ),
    "probation": (
        _("Not more people in this browser for now"),
        _("This browser, or your telephone, is new to your account. For a few days it opens few files."),
        _("At once: log in with a passkey, or in a browser that your account knows. If it was not you, say so."),
    ),
    "no_practice": (
        _("Your account does not look people up"),
        _("This account belongs to no establishment at the moment."),
        _("If you work at one, call support with the reference below."),
    ),
    "step_up": (
        _("Confirm who you are"),
        _("This look-up needs a fresher or stronger proof of who you are."),
        _("Confirm your identity, then send the form again."),
    ),
    "unavailable": (
        _("Look-ups are not possible right now"),
        _("A part of the portal that records look-ups does not answer, and without it nobody is shown."),
        _("Try again in a moment. Nothing you typed was kept."),
    ),
}
_OTHER = (_("The look-up was refused"), _("This look-up is not possible."), _TRY_AGAIN)


def wording_of(reason: str, *, resets_at: datetime | None = None) -> Wording:
    """Return the words for ``reason``: its own, those of its scope, or general ones."""
    scope = reason.partition("_")[0]
    return Wording(*(_BY_REASON.get(reason) or _BY_REASON.get(scope) or _OTHER), resets_at)
