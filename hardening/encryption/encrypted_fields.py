"""The plain variants: encrypted at rest, opened on access, for data that has no gate."""

from typing import Any, ClassVar

from django.db import models
from django.forms import Field, TypedChoiceField

from hardening.encryption import opened_forms as forms
from hardening.encryption.attributes import opened_property
from hardening.encryption.json_fields import SealedJSONField
from hardening.encryption.scalar_fields import SealedDateField, SealedDecimalField, SealedIntegerField
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.text_fields import SealedEmailField, SealedNirField, SealedTextField


class EncryptedField(SealedField):
    """Opens on access: for data that is encrypted at rest and has no gate. ``<name>_sealed`` holds the sealed value."""

    choices_form_class: ClassVar[type[TypedChoiceField]] = forms.OpenedChoiceField
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


class EncryptedEmailField(EncryptedTextField, SealedEmailField):
    """An e-mail address that opens on access; its index ignores case."""

    description = "Encrypted e-mail address"
    form_class: ClassVar[type[Field]] = forms.OpenedEmailField


class EncryptedNirField(EncryptedField, SealedNirField):
    """A social security number that opens on access."""

    description = "Encrypted NIR"
    form_class: ClassVar[type[Field]] = forms.OpenedNirField


class EncryptedDateField(EncryptedField, SealedDateField):
    """A date that opens on access."""

    description = "Encrypted date"
    form_class: ClassVar[type[Field]] = forms.OpenedDateField


class EncryptedIntegerField(EncryptedField, SealedIntegerField):
    """A whole number of 64 bits that opens on access."""

    description = "Encrypted integer"
    form_class: ClassVar[type[Field]] = forms.OpenedIntegerField


class EncryptedDecimalField(EncryptedField, SealedDecimalField):
    """A decimal that opens on access."""

    description = "Encrypted decimal"
    form_class: ClassVar[type[Field]] = forms.OpenedDecimalField


class EncryptedJSONField(EncryptedField, SealedJSONField):
    """A JSON document that opens on access."""

    description = "Encrypted JSON"
    form_class: ClassVar[type[Field]] = forms.OpenedJSONField
