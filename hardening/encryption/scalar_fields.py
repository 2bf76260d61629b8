"""Sealed dates, whole numbers and decimals: each field's plaintexts are all of one length."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from hardening.encryption import forms
from hardening.encryption.nir import MASK_CHARACTER
from hardening.encryption.plaintext import Kind
from hardening.encryption.sealed_field import SealedField

_DATE_BYTES = 5
_INTEGER_BYTES = 9
_INTEGER_BOUND = 2**63
_DIGITS_MOST = 1000
"""As PostgreSQL's numeric; also far below where turning digits into a number becomes an attack on the processor."""
_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,20}\s*")
_DECIMAL = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\s*")
_DECIMAL_OVERHEAD = len("-e-1000") + 1
"""Sign, exponent and type byte around the digits."""


class SealedDateField(SealedField):
    """A date."""

    description = "Sealed date"
    form_class: ClassVar[type[Field]] = forms.MaskedDateField
    kind = Kind.DATE
    normaliser = "date.1"
    plaintext_bytes = _DATE_BYTES
    mask_name = "Date"
    mask = f"{MASK_CHARACTER * 2}/{MASK_CHARACTER * 2}/{MASK_CHARACTER * 4}"

    def parse(self, value: Any) -> date:  # noqa: ANN401 - whatever was assigned
        """Return the date of a date or of its ISO 8601 text; a moment is not a date."""
        if type(value) is date:
            return value
        try:
            parsed = parse_date(value) if isinstance(value, str) else None
        except ValueError:
            raise ValidationError(_("There is no such day."), code="invalid_date") from None
        if parsed is None:
            raise ValidationError(_("Write the date as YYYY-MM-DD."), code="invalid")
        return parsed


class SealedIntegerField(SealedField):
    """A whole number of 64 bits."""

    description = "Sealed integer"
    form_class: ClassVar[type[Field]] = forms.MaskedIntegerField
    kind = Kind.INTEGER
    normaliser = "integer.1"
    plaintext_bytes = _INTEGER_BYTES
    mask_name = "Integer"

    def parse(self, value: Any) -> int:  # noqa: ANN401 - whatever was assigned
        """Return the number, as IntegerField would: False is 0. What is not whole is refused, not cut."""
        is_written = isinstance(value, str) and _WHOLE.fullmatch(value)
        if not (is_written or isinstance(value, int) or _is_whole(value)):
            raise ValidationError(_("Write a whole number."), code="invalid")
        number = int(value)
        if not -_INTEGER_BOUND <= number < _INTEGER_BOUND:
            raise ValidationError(_("This number is too large."), code="range")
        return number


class SealedDecimalField(SealedField):
    """A decimal of ``max_digits`` digits, ``decimal_places`` of them after the point.

    What does not fit is refused, not rounded: an amount is never another one after saving.
    """

    description = "Sealed decimal"
    form_class: ClassVar[type[Field]] = forms.MaskedDecimalField
    kind = Kind.DECIMAL
    normaliser = "decimal.1"
    mask_name = "Decimal"

    def __init__(self, *args: Any, max_digits: int, decimal_places: int, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        if not (1 <= max_digits <= _DIGITS_MOST and 0 <= decimal_places <= max_digits):
            raise ValueError(f"{type(self).__name__}: 1 ≤ max_digits ≤ {_DIGITS_MOST}, 0 ≤ decimal_places ≤ max_digits")
        self.max_digits = max_digits
        self.decimal_places = decimal_places
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the options with the two widths."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "max_digits": self.max_digits, "decimal_places": self.decimal_places}

    @property
    def longest_choice(self) -> int:
        """Return the length in bytes of the longest encoding: every value of the field is padded to it."""
        return self.max_digits + _DECIMAL_OVERHEAD

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return a form field of the same widths."""
        widths = {} if self.choices else {"max_digits": self.max_digits, "decimal_places": self.decimal_places}
        return super().formfield(**widths | kwargs)

    def parse(self, value: Any) -> Decimal:  # noqa: ANN401 - whatever was assigned
        """Return the decimal with all its places.

        A float counts as the shortest decimal that it is written as. Negative zero, NaN and infinities are refused.
        """
        number = _decimal_of(value)
        if not number.is_finite() or (number.is_zero() and number.is_signed()):
            raise ValidationError(_("Write a number."), code="invalid")
        if number.is_zero():
            return self._with_places("", "0", exponent=0)
        sign, digits, exponent = number.as_tuple()
        written = "".join(map(str, digits))
        stripped = written.rstrip("0")
        scale = int(exponent) + len(written) - len(stripped)
        if -scale > self.decimal_places:
            raise ValidationError(_("This number has too many decimal places."), code="max_decimal_places")
        if len(stripped) + scale > self.max_digits - self.decimal_places:
            raise ValidationError(_("This number is too large."), code="max_digits")
        return self._with_places("-" * sign, stripped, exponent=scale)

    def open_blob(self, blob: bytes, *, binding: bytes) -> Any:  # noqa: ANN401 - a Decimal
        """Return the decimal with all its places, whatever form it was sealed in."""
        opened = super().open_blob(blob, binding=binding)
        sign, digits, exponent = opened.as_tuple()
        return self._with_places("-" * sign, "".join(map(str, digits)), exponent=exponent)

    def _with_places(self, sign: str, digits: str, *, exponent: int) -> Decimal:
        # Built from its digits: arithmetic would round to the precision of whichever context is active. What was
        # sealed with more places than the field has now keeps them.
        zeros = max(0, exponent + self.decimal_places)
        return Decimal(f"{sign}{digits}{'0' * zeros}e{exponent - zeros}")


def _is_whole(value: object) -> bool:
    """Tell whether a float or decimal is an integer of 64 bits."""
    if isinstance(value, Decimal) and not value.is_finite():
        return False  # NaN cannot even be compared
    # Bounded first: 1E+999999 is whole, and its digits would fill the memory.
    return isinstance(value, (float, Decimal)) and -_INTEGER_BOUND <= value < _INTEGER_BOUND and value == int(value)


def _decimal_of(value: Any) -> Decimal:  # noqa: ANN401 - whatever was assigned
    if isinstance(value, Decimal):
        return value
    try:
        if isinstance(value, float):
            return Decimal(repr(value))
        if isinstance(value, int):
            return Decimal(int(value))
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            return Decimal(value.strip())
    except InvalidOperation:
        pass
    raise ValidationError(_("Write a number."), code="invalid")
