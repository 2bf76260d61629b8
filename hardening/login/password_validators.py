"""The password policy: length, and a list of what attackers try first. No composition rules (SP 800-63B-4)."""

from functools import cache
from pathlib import Path

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hardening.login.breached import is_breached
from hardening.login.conf import LoginSettings
from hardening.login.password_rules import context_word_in, is_common, is_pattern, plain

FRENCH_WORDS = Path(__file__).with_name("common_french_passwords.txt")

LONGEST = 1024
"""More is refused before it is hashed: normalising megabytes is work that a stranger could order."""


class LengthValidator:
    """Refuses passwords shorter than ``HARDENING_LOGIN["password_length"]`` characters."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:  # noqa: ARG002 - Django's signature
        """Raise ValidationError when the password is too short or absurdly long."""
        least = LoginSettings.load().password_length
        if len(password) < least:
            message = ngettext("Use at least %(least)d character.", "Use at least %(least)d characters.", least)
            raise ValidationError(message, code="password_too_short", params={"least": least})
        if len(password) > LONGEST:
            raise ValidationError(_("This password is too long."), code="password_too_long")

    def get_help_text(self) -> str:
        """Return the hint beside the field."""
        least = LoginSettings.load().password_length
        return ngettext(
            "At least %(least)d character; a few words in a row are easy to remember.",
            "At least %(least)d characters; a few words in a row are easy to remember.",
            least,
        ) % {"least": least}


class BlocklistValidator:
    """Refuses what attackers try first: leaked and common ones, patterns, the words of this portal and person."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError, saying which of the four it is."""
        if is_common(password, common=_common_passwords()) or is_pattern(password):
            raise ValidationError(
                _("This password is among those that attackers try first."), code="password_too_common"
            )
        if is_breached(password):
            raise ValidationError(_("This password is known from a leak."), code="password_breached")
        if context_word_in(password, words=_words_about(user)) is not None:
            raise ValidationError(
                _("This password is mostly a name that everybody here can guess."), code="password_from_context"
            )

    def get_help_text(self) -> str:
        """Return the hint beside the field."""
        return _("Neither a common password nor your name or that of the portal.")


@cache
def _common_passwords() -> frozenset[str]:
    french = (line.strip() for line in FRENCH_WORDS.read_text("utf-8").splitlines())
    return frozenset(map(plain, {*CommonPasswordValidator().passwords, *filter(None, french)}))


def _words_about(user: AbstractBaseUser | None) -> list[str]:
    words = list(LoginSettings.load().context_words)
    if user is not None:
        words.append(user.get_username())
        names = (getattr(user, name, "") for name in ("first_name", "last_name", "full_name"))
        words += [name for name in names if isinstance(name, str)]
    return words
