"""Form fields: a number as people type it, and sealed values that a form may replace but never shows (D24)."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hardening.encryption.conf import EncryptionSettings
from hardening.encryption.nir import MASK_CHARACTER, InvalidNirError, parse_nir
from hardening.encryption.nir_messages import nir_message
from hardening.encryption.sealed import Sealed

_LONGEST_TYPED = 40
"""A number of 15 characters with generous separators; what is longer is a paste of something else."""


class NirFormField(forms.CharField):
    """A social security number with its key, as typed or pasted; cleaned to its normal form.

    The key is demanded and never computed: a slip of one digit must not become a look-up of somebody else.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {"required": nir_message("empty")}

    def __init__(self, *, accept_provisional: bool | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        self.accept_provisional = accept_provisional
        super().__init__(**{"max_length": _LONGEST_TYPED} | kwargs)

    def to_python(self, value: Any) -> str:  # noqa: ANN401 - whatever was submitted
        """Return the normal form, or refuse with the one thing that is wrong first."""
        text = super().to_python(value)
        if not text:
            return ""
        accepts = self.accept_provisional
        if accepts is None:
            accepts = EncryptionSettings.load().accept_provisional_nir
        try:
            return parse_nir(text, accept_provisional=accepts)
        except InvalidNirError as error:
            raise ValidationError(nir_message(error.code), code=error.code) from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Keep the number out of the browser's memory of forms."""
        return {
            **super().widget_attrs(widget),
            "autocomplete": "off",
            "spellcheck": "false",
            "autocapitalize": "characters",
        }


class MaskedBoundField(BoundField):
    """A field of a form over a sealed value: the mask is its hint, and a box beside it clears the value."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if self.holds_sealed:
            kept = gettext("Currently %(mask)s. Leave empty to keep it.") % {"mask": self.initial}
            self.help_text = f"{self.help_text} {kept}".strip()

    @property
    def holds_sealed(self) -> bool:
        """Tell whether there is a value to keep."""
        return isinstance(self.initial, Sealed)

    @property
    def clear_name(self) -> str:
        """Return the name of the box that clears the value."""
        return f"{self.html_name}-clear"

    @property
    def asks_to_clear(self) -> bool:
        """Tell whether that box is ticked, where there is one."""
        return self.holds_sealed and not self.field.required and self.clear_name in self.form.data

    def as_widget(self, widget: Any = None, attrs: Any = None, only_initial: bool = False) -> SafeString:  # noqa: ANN401, FBT001, FBT002 - as Django's
        """Return the empty input, with the box."""
        rendered = super().as_widget(widget, attrs, only_initial)
        if not self.holds_sealed or self.field.required or self.field.disabled:
            return rendered
        box = render_to_string(
            "hardening/encryption/clear_box.html", {"name": self.clear_name, "id": f"{self.auto_id}_clear"}
        )
        return mark_safe(rendered + box)  # noqa: S308 - both are rendered by templates

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> dict[str, Any]:  # noqa: ANN401 - as Django's
        """Return the attributes; a value that is kept when left empty is not required."""
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if self.holds_sealed:
            built.pop("required", None)
        return built


class MaskedMixin(forms.Field):
    """Makes a form field keep a sealed initial value unless something is typed."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "masked": _("Type the whole value, or leave the field empty to keep it: this is its mask."),
        "contradiction": _("Either type a new value or tick the box that clears it, not both."),
    }

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> MaskedBoundField:
        """Return the bound field that knows the mask."""
        return MaskedBoundField(form, self, field_name)

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - as Django's
        """Never put a sealed value, not even its mask, into the input."""
        return "" if isinstance(value, Sealed) else super().prepare_value(value)

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ANN401 - as Django's
        """Tell whether something was typed."""
        return data not in self.empty_values if isinstance(initial, Sealed) else super().has_changed(initial, data)

    def _clean_bound_field(self, bf: MaskedBoundField) -> Any:  # noqa: ANN401 - as Django's
        if self.disabled or not bf.holds_sealed:
            return super()._clean_bound_field(bf)  # type: ignore[misc]  # missing in the stubs
        is_empty = bf.data in self.empty_values
        if bf.asks_to_clear and not is_empty:
            raise ValidationError(self.error_messages["contradiction"], code="contradiction")
        if bf.asks_to_clear:
            return self.clean("")
        return bf.initial if is_empty else self.clean(bf.data)

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - as Django's
        """Refuse a mask that came back as if it were a value; leave a disabled field's sealed value alone."""
        if isinstance(value, Sealed):
            return value
        if isinstance(value, str) and MASK_CHARACTER in value:
            raise ValidationError(self.error_messages["masked"], code="masked")
        return super().clean(value)


class MaskedTextField(MaskedMixin, forms.CharField):
    """Text behind a mask."""


class MaskedChoiceField(MaskedMixin, forms.TypedChoiceField):
    """A choice behind a mask."""


class MaskedDateField(MaskedMixin, forms.DateField):
    """A date behind a mask."""


class MaskedEmailField(MaskedMixin, forms.EmailField):
    """An e-mail address behind a mask."""


class MaskedIntegerField(MaskedMixin, forms.IntegerField):
    """A whole number behind a mask."""


class MaskedDecimalField(MaskedMixin, forms.DecimalField):
    """A decimal behind a mask."""


class DocumentFormField(forms.JSONField):
    """JSON whose errors do not carry what was typed."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - whatever was submitted
        """Return the document, or refuse without repeating it."""
        try:
            return super().to_python(value)
        except (ValidationError, ValueError, RecursionError):
            # Django's own error holds the text; its parser gives up on numbers of 4,300 digits and deep nesting.
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class MaskedJSONField(MaskedMixin, DocumentFormField):
    """A document behind a mask."""


class MaskedNirField(MaskedMixin, NirFormField):
    """A social security number behind a mask."""
