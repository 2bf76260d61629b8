"""Django REST framework: sealed values leave an API as their mask and come in as plain values (D24)."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as ModelValidationError
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import SkipField, empty
from rest_framework.utils import html
from rest_framework.validators import UniqueTogetherValidator, UniqueValidator

from hardening import disclosing
from hardening.encryption.encrypted_fields import EncryptedField
from hardening.encryption.nir import MASK_CHARACTER
from hardening.encryption.sealed import ENVELOPE_PREFIX, Sealed
from hardening.encryption.sealed_field import SealedField
from hardening.errors import NotDisclosedError

_OF_TYPED_FIELDS = ("max_digits", "decimal_places", "choices", "allow_blank")
"""Options that the framework reads off the model field for classes of its own; here the model field applies them."""
_build_standard_field = serializers.ModelSerializer.build_standard_field
_get_unique_together_validators = serializers.ModelSerializer.get_unique_together_validators


class ChargedValidator:
    """Asks whether a sealed value is taken only where a disclosure pays for the question (D10).

    Elsewhere in the product a forgotten gate is logged, so as not to stop a counter with somebody waiting. An API
    answers programs: whoever may ask for free reads out the insured at the pace of the network.
    """

    requires_context = True

    def __init__(self, validator: Any, *, fields: Iterable[SealedField]) -> None:  # noqa: ANN401 - the framework's
        self.validator = validator
        self._fields = tuple(fields)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({self.validator!r})>"

    def __call__(self, value: Any, context: Any) -> None:  # noqa: ANN401 - the framework's
        """Ask, and raise the framework's ValidationError if the value is taken.

        Raise NotDisclosedError in a request outside a disclosure, whatever the settings log or refuse elsewhere.
        """
        if disclosing.is_existence_guarded() and disclosing.active() is None:
            names = ", ".join(map(str, self._fields))
            raise NotDisclosedError(
                f"{names}: a serializer with a unique sealed field validates in `with disclose(...)`"
            )
        self.validator(value, context)


class SealedSerializerField(serializers.ModelField):  # type: ignore[misc]  # the framework has no types
    """What a serializer makes of a sealed field.

    A sealed value goes out as its mask; one that opens on access goes out open. Coming in, nothing or the empty
    text keeps the value that is there, null clears it where the model field may be blank, and a mask is refused.
    """

    model_field: SealedField
    default_error_messages: ClassVar[dict[str, Any]] = {
        "masked": _("Send the whole value, or leave it out to keep it: this is its mask."),
        "invalid": _("Not a valid value."),
    }

    def __init__(self, model_field: SealedField, **kwargs: Any) -> None:  # noqa: ANN401 - the framework's options
        # The column of a text allows NULL for its own reasons: whether a client may clear it is the form's rule.
        if not model_field.blank and kwargs.get("default", ...) is None:
            del kwargs["default"]
        is_optional = model_field.blank or model_field.has_default() or "default" in kwargs
        kwargs |= {"allow_null": model_field.blank, "required": not is_optional and not kwargs.get("read_only")}
        if kwargs.get("validators"):
            kwargs["validators"] = [_charged(validator, [model_field]) for validator in kwargs["validators"]]
        super().__init__(model_field, **kwargs)

    @property
    def choices(self) -> dict[Any, Any]:
        """Return the choices by value, for the description of the API; raise AttributeError where there are none."""
        if not self.model_field.choices:
            raise AttributeError("choices")
        return dict(self.model_field.flatchoices)

    def get_value(self, dictionary: Any) -> Any:  # noqa: ANN401 - whatever was sent
        """Return what was sent; the empty text of a form is no null, which would clear the value."""
        if html.is_html_input(dictionary) and dictionary.get(self.field_name) == "":
            return ""
        return super().get_value(dictionary)

    def to_representation(self, obj: Any) -> Any:  # noqa: ANN401 - a row
        """Return the mask, or the plain value of a field without a gate."""
        value = self.model_field.value_from_object(obj)
        if not isinstance(value, Sealed):
            return value
        return value.open_ungated() if isinstance(self.model_field, EncryptedField) else str(value)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:  # noqa: ANN401 - whatever was sent
        """Keep what is stored when the empty text, or nothing where nothing need be, is sent for a row that exists."""
        is_kept = data == "" or (data is empty and not self.required and not self.read_only)
        if is_kept and getattr(self.root, "instance", None) is not None:
            raise SkipField
        is_empty, value = super().validate_empty_values(data)
        if is_empty and value is None and self.model_field.empty_is_text:
            return True, ""
        return is_empty, value

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 - likewise
        """Return the plain value, to be sealed on save.

        Raise the framework's ValidationError, which never repeats it, for a mask, for a fixture's envelope (a
        client that saw ciphertext once must not put it back) and for what is not a value of the field.
        """
        if isinstance(data, str) and MASK_CHARACTER in data:
            self.fail("masked")
        if isinstance(data, str) and data.startswith(ENVELOPE_PREFIX):
            self.fail("invalid")
        try:
            return self.model_field.clean(data, None)
        except ModelValidationError as error:
            raise serializers.ValidationError(error.messages, code=error.code or "invalid") from None


def register() -> None:
    """Make it the field of every ModelSerializer whose model seals; the root app calls this at start-up."""
    serializers.ModelSerializer.serializer_field_mapping[SealedField] = SealedSerializerField
    serializers.ModelSerializer.build_standard_field = _built_field
    serializers.ModelSerializer.get_unique_together_validators = _charged_together


def _built_field(self: Any, field_name: str, model_field: "Field[Any, Any]") -> tuple[type, dict[str, Any]]:  # noqa: ANN401
    built, options = _build_standard_field(self, field_name, model_field)
    if not isinstance(model_field, SealedField):
        return built, options
    # The framework takes its own field for whatever has choices, which knows no masks.
    kept = {name: value for name, value in options.items() if name not in _OF_TYPED_FIELDS}
    return SealedSerializerField, {**kept, "model_field": model_field}


def _charged_together(self: Any) -> list[Any]:  # noqa: ANN401 - a serializer
    model: type[Model] = self.Meta.model
    found = _get_unique_together_validators(self)
    return [_charged(validator, [model._meta.get_field(name) for name in validator.fields]) for validator in found]


def _charged(validator: Any, fields: Iterable[Any]) -> Any:  # noqa: ANN401 - the framework's
    gated = [field for field in fields if isinstance(field, SealedField) and field.is_gated]
    asks = isinstance(validator, UniqueValidator | UniqueTogetherValidator)
    return ChargedValidator(validator, fields=gated) if asks and gated else validator
