"""The form that asks for sealed values: nothing that was typed into it is ever written back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hardening.encryption.fields import SealedNirField
from hardening.encryption.forms import NirFormField
from hardening.encryption.plaintext import Kind
from hardening.encryption.sealed_field import SealedField

_LONGEST_TEXT = 200
"""Characters of a text that is looked up whole; what is longer is a paste of something else."""


class UnrepeatedInput(forms.TextInput):
    """An input that comes back empty: a number in a page would stay in caches, screenshots and on screens."""

    def format_value(self, value: Any) -> None:  # noqa: ANN401 - as Django's
        """Return nothing, whatever was typed."""


class SealedSearchForm(forms.Form):
    """One input for each sealed field; what is filled in must all be true of the record."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, sealed: tuple[SealedField, ...]) -> None:  # noqa: ANN401 - a QueryDict
        super().__init__(data, auto_id="sealed-search-%s")
        for field in sealed:
            self.fields[field.name] = _input_for(field)

    def clean(self) -> dict[str, Any]:
        """Return what was filled in.

        Refuse an empty form: it would ask for everybody without a number.
        """
        cleaned = super().clean() or {}
        given = {name: value for name, value in cleaned.items() if value not in (None, "")}
        if not given and not self.errors:
            raise ValidationError(_("Type what to search for."), code="required")
        return given


def _input_for(field: SealedField) -> forms.Field:
    options: dict[str, Any] = {
        "label": capfirst(str(field.verbose_name)),
        "required": False,
        "widget": UnrepeatedInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    }
    if isinstance(field, SealedNirField):
        return NirFormField(**options)
    if field.kind is Kind.DATE:
        return forms.DateField(**options)
    return forms.CharField(max_length=_LONGEST_TEXT, **options)
