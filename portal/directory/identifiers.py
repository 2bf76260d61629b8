"""National identifiers of establishments and professionals: what a right one looks like."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

_CORSICA = str.maketrans("AB", "12")


def has_luhn_key(digits: str) -> bool:
    """Tell whether the last digit is the Luhn key of those before it."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of two decimal digits
    return total % 10 == 0


def luhn_key(digits: str) -> str:
    """Return the digit that makes ``digits`` plus itself valid."""
    return next(key for key in "0123456789" if has_luhn_key(digits + key))


def validate_finess(value: str) -> None:
    """Refuse what cannot be the number of a health establishment; Corsican ones carry a letter."""
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{7}", value) or not has_luhn_key(value.translate(_CORSICA)):
        raise ValidationError(_("A FINESS number has 9 characters and a valid key."), code="finess")


def validate_siret(value: str) -> None:
    """Refuse what cannot be the number of a business establishment."""
    if not re.fullmatch(r"[0-9]{14}", value) or not has_luhn_key(value):
        raise ValidationError(_("A SIRET number has 14 digits and a valid key."), code="siret")


# Length only: official RPPS samples fail the Luhn test that is often described for them.
validate_rpps = RegexValidator(r"\A[0-9]{11}\Z", _("An RPPS number has 11 digits."), code="rpps")
