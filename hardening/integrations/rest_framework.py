"""Django REST framework: sealed values leave an API as their mask and come in as plain values (D24)."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError as ModelValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import SkipField

from hardening.encryption.encrypted_fields import EncryptedField
from hardening.encryption.nir import MASK_CHARACTER
from hardening.encryption.sealed import ENVELOPE_PREFIX, Sealed
from hardening.encryption.sealed_field import SealedField


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
        is_optional = model_field.blank or model_field.has_default()
        # The column of a text allows NULL for its own reasons: whether a client may clear it is the form's rule.
        kwargs |= {"allow_null": model_field.blank, "required": not is_optional and not kwargs.get("read_only")}
        super().__init__(model_field, **kwargs)

    def to_representation(self, obj: Any) -> Any:  # noqa: ANN401 - a row
        """Return the mask, or the plain value of a field without a gate."""
        value = self.model_field.value_from_object(obj)
        if not isinstance(value, Sealed):
            return value
        return value.open_ungated() if isinstance(self.model_field, EncryptedField) else str(value)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:  # noqa: ANN401 - whatever was sent
        """Keep what is stored when the empty text is sent for a row that exists."""
        if data == "" and getattr(self.root, "instance", None) is not None:
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
