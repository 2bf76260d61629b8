"""Form fields over values that open on access: they show the plain value."""

from typing import Any

from django import forms

from hardening.encryption.forms import DocumentFormField, NirFormField
from hardening.encryption.sealed import Sealed


class OpenedMixin(forms.Field):
    """Shows the plain value of a field that opens on access."""

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return the plain value."""
        return super().prepare_value(_opened(value))

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ANN401 - as Django's
        """Compare plain values."""
        return super().has_changed(_opened(initial), data)

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - as Django's
        """Clean what was typed; a disabled field hands its sealed value back, which is kept."""
        return value if isinstance(value, Sealed) else super().clean(value)


class OpenedTextField(OpenedMixin, forms.CharField):
    """Text that opens on access."""


class OpenedChoiceField(OpenedMixin, forms.TypedChoiceField):
    """A choice that opens on access."""


class OpenedEmailField(OpenedMixin, forms.EmailField):
    """An e-mail address that opens on access."""


class OpenedDateField(OpenedMixin, forms.DateField):
    """A date that opens on access."""


class OpenedIntegerField(OpenedMixin, forms.IntegerField):
    """A whole number that opens on access."""


class OpenedDecimalField(OpenedMixin, forms.DecimalField):
    """A decimal that opens on access."""


class OpenedJSONField(OpenedMixin, DocumentFormField):
    """A document that opens on access."""


class OpenedNirField(OpenedMixin, NirFormField):
    """A social security number that opens on access."""


def _opened(value: Any) -> Any:  # noqa: ANN401 - a sealed value or what was typed
    return value.open_ungated() if isinstance(value, Sealed) else value
