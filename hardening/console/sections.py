"""The sections of the console: which of them a person may open, and what waits in each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hardening.console.doors import (
    ISSUE_GRANTS,
    READ_AUDIT,
    RELEASE_LOCKOUTS,
    REVIEW_LOCKOUTS,
    VIEW_GRANTS,
    User,
    has_any,
)


@dataclass(frozen=True)
class Section:
    """One part of the console."""

    url_name: str
    title: str | Promise
    permissions: tuple[str, ...]


SECTIONS = (
    Section("hardening_console:lockouts", _("Lockouts"), (REVIEW_LOCKOUTS, RELEASE_LOCKOUTS)),
    Section("hardening_console:letters", _("Enrolment letters"), (VIEW_GRANTS, ISSUE_GRANTS)),
    Section("hardening_console:entries", _("Audit"), (READ_AUDIT,)),
)

ANY = tuple(permission for section in SECTIONS for permission in section.permissions)


def sections_for(user: User) -> Sequence[Section]:
    """Return the sections that this person may open."""
    return [section for section in SECTIONS if has_any(user, *section.permissions)]
