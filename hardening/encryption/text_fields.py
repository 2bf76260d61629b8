"""Sealed text: free text, e-mail addresses, social security numbers."""

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator
from django.forms import Field
from django.utils.translation import gettext_lazy as _

from hardening.encryption import forms
from hardening.encryption.conf import EncryptionSettings
from hardening.encryption.nir import PACKED_BYTES, PROVISIONAL, InvalidNirError, mask_everything, parse_nir
from hardening.encryption.nir_messages import nir_message
from hardening.encryption.plaintext import Kind
from hardening.encryption.sealed_field import SealedField

_SURROGATE = re.compile("[\ud800-\udfff]")
_NIR_BYTES = 1 + PACKED_BYTES


class SealedTextField(SealedField):
    """Text of any length. Lengths are padded to multiples of 32 bytes, choices to their longest."""

    description = "Sealed text"
    kind = Kind.TEXT
    has_empty_text = True

    def __init__(self, *args: Any, max_length: int | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        super().__init__(*args, max_length=max_length, **kwargs)
        if max_length is not None:
            self.validators.append(MaxLengthValidator(max_length))

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return a form field of the same length that spells "none" as this field does."""
        options: dict[str, Any] = {"empty_value": "" if self.empty_is_text else None}
        if not self.choices:
            options["max_length"] = self.max_length
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


class SealedEmailField(SealedTextField):
    """An e-mail address; its index ignores case, what is opened keeps it."""

    description = "Sealed e-mail address"
    form_class: ClassVar[type[Field]] = forms.MaskedEmailField
    normaliser = "caseless.1"
    mask_name = "Email"
    default_validators = [EmailValidator()]  # noqa: RUF012 - as Django's


class SealedNirField(SealedField):
    """A social security number, in its one normal form; 56 bytes with its index."""

    description = "Sealed NIR"
    form_class: ClassVar[type[Field]] = forms.MaskedNirField
    kind = Kind.NIR
    normaliser = "nir.1"
    plaintext_bytes = _NIR_BYTES
    has_empty_text = True
    mask_name = "NIR"
    mask = mask_everything()

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
