"""The quote of a care agreement request."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.care_agreements.models import CareAgreement


class AmountField(forms.DecimalField):
    """An amount as French keyboards write it: ``1 234,50``."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - Django's own signature
        """Return a Decimal, or None for an empty field."""
        if isinstance(value, str):
            value = re.sub(r"[\s\u00a0\u202f€]", "", value).replace(",", ".")
        return super().to_python(value)


class QuoteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Amount, and the practice's own reference for the file."""

    amount = AmountField(
        label=_("Amount of the quote (€)"),
        min_value=1,
        max_value=99_999,
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"}),
        error_messages={"invalid": _("Write an amount, for example 420,00.")},
    )

    class Meta:
        model = CareAgreement
        fields = ("amount", "file_reference")
        help_texts: ClassVar = {"file_reference": _("12 letters or digits at most, as in your own software; no name.")}
