"""Filters that turn ids, event names and moments into what a person reads."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from hardening.console import words
from hardening.console.timeline import timeline_svg
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.models import Release
from hardening.lockout.review import OpenLockout

register = template.Library()


@register.filter
def named(account: str, names: Mapping[str, str]) -> str:
    """Return the name behind an id, the id itself where it names nobody here."""
    return names.get(account, account)


@register.filter
def in_words(event: str) -> str:
    """Return the words for an event."""
    return words.in_words(event)


@register.filter
def plainly(value: object) -> str:
    """Return a detail of an entry without the brackets and quotes of a program."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@register.filter
def usual_limit(lockout: OpenLockout) -> int:
    """Return after how many failures a bucket of this kind rests."""
    return LockoutSettings.load().rule_for(lockout.kind).limit


@register.filter
def moments(release: Release) -> list[datetime]:
    """Return when the failures happened that a release was decided on."""
    return [datetime.fromisoformat(moment) for moment, _step in release.failed_at]


@register.filter
def timeline(moments: Iterable[datetime]) -> SafeString:
    """Return a picture of the moments."""
    return timeline_svg(list(moments))
