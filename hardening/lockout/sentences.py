"""Why a lockout is open, in words: what an administrator reads before deciding."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hardening.lockout.buckets import Kind

if TYPE_CHECKING:
    from hardening.lockout.review import OpenLockout


def reason(lockout: "OpenLockout") -> str:
    """Return what happened, what follows from it now, and whether somebody should look."""
    parts = [_what_happened(lockout)]
    if lockout.until or not lockout.is_code_disabled:
        parts.append(_what_follows(lockout))
    if lockout.is_code_disabled:
        parts.append(_("Unknown browsers take no code of this account any more: too many failed in a row."))
    if lockout.is_flagged:
        parts.append(_("So many failures within a day ask for a look, and block nothing."))
    return " ".join(parts)


def _what_happened(lockout: "OpenLockout") -> str:
    figures = {"count": lockout.failures, "since": _written(lockout.since), "others": lockout.shared_with}
    if lockout.kind is Kind.KNOWN_BROWSER:
        sentence = ngettext(
            "%(count)d failed attempt since %(since)s in a browser that the account knows.",
            "%(count)d failed attempts since %(since)s in a browser that the account knows.",
            lockout.failures,
        )
    elif lockout.kind is Kind.ADDRESS:
        sentence = ngettext(
            "%(count)d failed attempt since %(since)s from one network.",
            "%(count)d failed attempts since %(since)s from one network.",
            lockout.failures,
        )
    else:
        sentence = ngettext(
            "%(count)d failed attempt since %(since)s in browsers that the account does not know.",
            "%(count)d failed attempts since %(since)s in browsers that the account does not know.",
            lockout.failures,
        )
    return " ".join([sentence % figures, *_shared(lockout)])


def _shared(lockout: "OpenLockout") -> list[str]:
    if not lockout.shared_with:
        return []
    if lockout.kind is Kind.ADDRESS:
        sentence = ngettext("They tried %(others)d name.", "They tried %(others)d names.", lockout.shared_with)
    else:
        sentence = ngettext(
            "%(others)d other name failed from there in the last hour.",
            "%(others)d other names failed from there in the last hour.",
            lockout.shared_with,
        )
    return [sentence % {"others": lockout.shared_with}]


def _what_follows(lockout: "OpenLockout") -> str:
    if lockout.until is None:
        return _("Nothing is refused at present.")
    follows = _("Further attempts are refused until %(until)s.") % {"until": _written(lockout.until)}
    if not lockout.refused:
        return follows
    refused = ngettext(
        "%(refused)d attempt has been refused since the last failure.",
        "%(refused)d attempts have been refused since the last failure.",
        lockout.refused,
    )
    return f"{follows} {refused % {'refused': lockout.refused}}"


def _written(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{formats.date_format(local, 'SHORT_DATE_FORMAT')} {formats.time_format(local.time(), 'H:i')}"
