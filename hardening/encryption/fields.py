"""The fields that models declare: sealed ones open only inside a disclosure, encrypted ones on access."""

import re
import uuid
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator
from django.db import models
from django.forms import Field, TypedChoiceField
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from hardening.encryption import forms
from hardening.encryption.attributes import opened_property
from hardening.encryption.conf import EncryptionSettings
from hardening.encryption.nir import (
    MASK_CHARACTER,
    NIR_CHARACTERS,
    PROVISIONAL,
    InvalidNirError,
    mask_everything,
    parse_nir,
)
from hardening.encryption.nir_messages import nir_message
from hardening.encryption.plaintext import Kind
from hardening.encryption.sealed_field import SealedField

__all__ = [
    "EncryptedEmailField",
    "EncryptedTextField",
    "SealIdField",
    "SealedDateField",
    "SealedField",
    "SealedNirField",
    "SealedTextField",
]

_DATE_BYTES = 5
_SURROGATE = re.compile("[\ud800-\udfff]")
_NIR_BYTES = 1 + NIR_CHARACTERS


class SealedTextField(SealedField):
    """Text of any length. Lengths are padded to multiples of 32 bytes, choices to their longest."""

    description = "Sealed text"
    form_class: ClassVar[type[Field]] = forms.MaskedTextField
    choices_form_class: ClassVar[type[TypedChoiceField]] = forms.MaskedChoiceField
    kind = Kind.TEXT
    has_empty_text = True

    def __init__(self, *args: Any, max_length: int | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        super().__init__(*args, max_length=max_length, **kwargs)
        if max_length is not None:
            self.validators.append(MaxLengthValidator(max_length))

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return a form field that shows no more than this field does."""
        options: dict[str, Any] = {"form_class": self.form_class, "choices_form_class": self.choices_form_class}
        if not self.choices:
            options["max_length"] = self.max_length
        options["empty_value"] = "" if self.empty_is_text else None
        return super().formfield(**options | kwargs)

    def parse(self, value: Any) -> str:  # noqa: ANN401 - whatever was assigned
        """Return the text, as CharField would: 0 is "0", and nothing is lost for being falsy."""
        if isinstance(value, (bytes, bytearray, memoryview)):
            raise ValidationError(_("This is not a text."), code="invalid")
        text = str(value)
        if not text.isascii() and _SURROGATE.search(text):
            # Half of a pair: the codec's own error would carry the whole text.
            raise ValidationError(_("This text has a character that does not exist."), code="invalid")
        return text


class SealedDateField(SealedField):
    """A date."""

    description = "Sealed date"
    kind = Kind.DATE
    normaliser = "date.1"
    plaintext_bytes = _DATE_BYTES
    mask_name = "Date"
    mask = f"{MASK_CHARACTER * 2}/{MASK_CHARACTER * 2}/{MASK_CHARACTER * 4}"

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return a form field for a date behind a mask."""
        return super().formfield(**{"form_class": forms.MaskedDateField} | kwargs)

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


class SealedNirField(SealedField):
    """A social security number, in its one normal form; 64 bytes with its index."""

    description = "Sealed NIR"
    kind = Kind.TEXT
    normaliser = "nir.1"
    plaintext_bytes = _NIR_BYTES
    has_empty_text = True
    mask_name = "NIR"
    mask = mask_everything()

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return a form field for a number behind a mask."""
        return super().formfield(**{"form_class": forms.MaskedNirField} | kwargs)

    def parse(self, value: Any) -> str:  # noqa: ANN401 - whatever was assigned
        """Return the normal form of a number as typed."""
        if not isinstance(value, str):
            raise ValidationError(_("This is not a text."), code="invalid")
        accepts = value[:1] not in PROVISIONAL or EncryptionSettings.load().accept_provisional_nir
        try:
            return parse_nir(value, accept_provisional=accepts)
        except InvalidNirError as error:
            raise ValidationError(nir_message(error.code), code=error.code) from None

    def is_empty(self, value: object) -> bool:
        """Tell whether this is "no number": a number is never the empty text, whether null is allowed or not."""
        return value is None or (isinstance(value, str) and not value)

    def accept(self, instance: models.Model, value: Any) -> Any:  # noqa: ANN401 - whatever is assigned
        """Hold "no number" as this column spells it."""
        accepted = super().accept(instance, value)
        return None if accepted == "" and not self.empty_is_text else accepted


class EncryptedField(SealedField):
    """Opens on access: for data that is encrypted at rest and has no gate. ``<name>_sealed`` holds the sealed value."""

    is_gated = False

    def get_attname(self) -> str:
        """Return the attribute that holds the sealed value; Django saves, copies and serialises this one."""
        return f"{self.name}_sealed"

    def get_attname_column(self) -> tuple[str, str]:
        """Return the same, and a column named after the field."""
        return self.get_attname(), self.db_column or self.name

    def contribute_to_class(self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Join the model, with an attribute of the field's name that opens."""
        super().contribute_to_class(cls, name, *args, **kwargs)
        setattr(cls, name, opened_property(self))


class EncryptedTextField(EncryptedField, SealedTextField):
    """Text that opens on access."""

    description = "Encrypted text"
    form_class: ClassVar[type[Field]] = forms.OpenedTextField
    choices_form_class = forms.OpenedChoiceField


class EncryptedEmailField(EncryptedTextField):
    """An e-mail address that opens on access; its index ignores case."""

    description = "Encrypted e-mail address"
    form_class: ClassVar[type[Field]] = forms.OpenedEmailField
    normaliser = "caseless.1"
    default_validators = [EmailValidator()]  # noqa: RUF012 - as Django's


class SealIdField(models.UUIDField):  # type: ignore[type-arg]  # generic in the stubs only
    """What a row's sealed values are bound to where the primary key is not known before INSERT.

    Declare it as ``seal_id = SealIdField()``; all sealed fields of the model share it.
    """

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        for option, value in (("default", uuid.uuid4), ("editable", False), ("unique", True)):
            kwargs.setdefault(option, value)
        super().__init__(**kwargs)
