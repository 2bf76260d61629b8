"""What all sealed fields share: sealing on the way in, the value object on the way out, refusals around it."""

from typing import Any, ClassVar

from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.forms import Field as FormField
from django.forms import TypedChoiceField

from hardening.encryption.columns import SealedCol
from hardening.encryption.field_values import SealedValues
from hardening.encryption.forms import MaskedChoiceField, MaskedTextField
from hardening.encryption.literals import BlobPerRow, literal_of
from hardening.encryption.lookups import SealedExact, SealedIn, SealedIsNull
from hardening.encryption.part_lookups import part_of
from hardening.encryption.refusals import SealedWriteError, lookup_refused
from hardening.encryption.sealed import ENVELOPE_PREFIX, Sealed, parse_envelope
from hardening.errors import DecryptionError

_ALLOWED: dict[str, type["models.Lookup[Any]"]] = {"exact": SealedExact, "in": SealedIn, "isnull": SealedIsNull}


class SealedField(SealedValues):
    """A column of sealed values. Use its typed subclasses.

    ``field_class`` is the word for this kind of data in ledgers. ``indexed`` adds the companion
    ``<name>_index``, so that exact and in work; ``unique`` does too. ``parts`` declares indexes
    of parts of each value, by which rows are counted and found, as in ``nir__birth_year=84``. ``bind_to`` names the
    immutable column that a row's values are bound to (default: a UUID primary key, else the model's ``seal_id``).
    ``field_id`` is what sealed values remember of their column: it is written into the migration, and must be
    written into the model when model or column are renamed.
    """

    form_class: ClassVar[type[FormField]] = MaskedTextField
    choices_form_class: ClassVar[type[TypedChoiceField]] = MaskedChoiceField

    # Assignment

    def accept(self, instance: models.Model, value: Any) -> Any:  # noqa: ANN401 - whatever is assigned
        """Return what the instance holds after this assignment.

        Raise SealedWriteError for an expression, or for a value that another row or field sealed.
        """
        if isinstance(value, Sealed):
            return self._adopt(instance, value)
        value = literal_of(value, field=self)
        if self.is_empty(value):
            return value if self.empty_is_text else None
        return Sealed(self, None, value, instance)

    def _adopt(self, instance: models.Model, value: Sealed) -> Sealed:
        if value.field is not self and value.field != self:
            raise SealedWriteError(f"{self}: {value.field} sealed this value; assign the plain value instead")
        if value.row is None:
            # Just loaded, or a stray: pre_save tells them apart by opening.
            if not instance._state.adding:
                self._require_own(instance, value)
            return value
        if value.row is instance:
            return value
        if value.is_pending or value.binding() != self.binding_of(instance):
            raise SealedWriteError(
                f"{self}: this value belongs to another row and would not open here; "
                "reveal it inside a disclosure and assign the plain value"
            )
        return Sealed(self, value.blob())

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401, ARG002, FBT001 - as Django's
        """Return the sealed value for this row, sealing what was assigned and holding on to no plain value."""
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            value = getattr(model_instance, self.attname)  # None, or a column that is not loaded yet
        if value is None and self.empty_is_text:
            raise SealedWriteError(f"{self} spells none as '', not as None")
        if not isinstance(value, Sealed):
            return value
        if value.is_pending:
            value = Sealed(self, self.seal_for(model_instance, value.given))
        else:
            value = Sealed(self, self._require_own(model_instance, value))
        model_instance.__dict__[self.attname] = value
        return value

    def _require_own(self, instance: models.Model, value: Sealed) -> bytes:
        """Return the blob to store, in the form of today."""
        try:
            # By this field, whichever field the value says it is of: it must open where it will be stored.
            return self.of_today(value.blob(), binding=self.binding_of(instance) or b"")
        except DecryptionError:
            raise SealedWriteError(
                f"{self}: this value was sealed for another row, or this row's {self.binding_name} has changed; "
                "to copy a row, reveal its values inside a disclosure and assign them to the new one"
            ) from None

    # Database

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return the value as it is: only sealed ones pass the next step."""
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002
        """Return the blob.

        Raise SealedWriteError for a plain value: without its row it cannot be sealed, and it is never stored in clear.
        """
        if value is None or (isinstance(value, str) and self.is_empty(value)):
            return None
        if not isinstance(value, Sealed):
            raise SealedWriteError(f"{self}: write through the instance, or through a SealedQuerySet")
        if isinstance(value.row, models.Model) and not value.is_pending:
            # A fixture or a raw save: nothing has looked at this value yet.
            return self._require_own(value.row, value)
        return value.blob()

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 - as Django's
        """Return the blob to store; None is the empty value, as a migration gives it to the rows that are there."""
        if isinstance(value, Sealed) and value.row is None:
            return value.blob()  # as pre_save gives them: sealed, or looked at
        if isinstance(value, BlobPerRow):
            return value
        return self.get_db_prep_value(value, connection)

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:  # noqa: ANN401, ARG002 - as Django's
        """Return the value object for a blob, and "" or None for NULL."""
        if type(value) is bytes:
            return Sealed(self, value)
        if value is None:
            return "" if self.empty_is_text else None
        if isinstance(value, str):
            # SQLite stores anything anywhere: a clear text in the column must not come back as a value.
            value = value.encode()
        return Sealed(self, bytes(value))

    def get_col(self, alias: str, output_field: "models.Field[Any, Any] | None" = None) -> Col:
        """Return the column inside a query, which watches what the query does with it."""
        return SealedCol(alias, self, output_field)

    @property
    def cached_col(self) -> Col:
        """Return the same for the model's own table."""
        return SealedCol(self.model._meta.db_table, self)

    def get_lookup(self, lookup_name: str) -> "type[models.Lookup[Any]] | None":
        """Return the look-up, or refuse it with the way that works; the name of a part is a transform."""
        if self.part_named(lookup_name):
            return None
        try:
            return _ALLOWED[lookup_name]
        except KeyError:
            raise lookup_refused(self, lookup_name) from None

    def get_transform(self, lookup_name: str) -> Any:  # noqa: ANN401 - as Django's
        """Return a declared part; refuse all else, since nothing can be computed from ciphertext."""
        part = self.part_named(lookup_name)
        if part is not None:
            return part_of(self, part)
        raise lookup_refused(self, lookup_name)

    # Forms, validation, fixtures

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return a form field that shows no more than this field does."""
        options: dict[str, Any] = {"form_class": self.form_class, "choices_form_class": self.choices_form_class}
        if self.choices and self.is_gated:
            # Without a blank choice a browser sends the first one, and the value behind the mask is overwritten.
            options["choices"] = self.get_choices(include_blank=True)
        return super().formfield(**options | kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:  # noqa: ANN401 - as Django's
        """Return the validated plain value of what was assigned; what is sealed was validated before."""
        if isinstance(value, Sealed):
            if not value.is_pending:
                return value
            value = value.given
        if value is not None and not self.is_empty(value):
            value = self.parse(value)
        self.validate(value, model_instance)
        self.run_validators(value)
        return value

    def validate(self, value: Any, model_instance: models.Model | None) -> None:  # noqa: ANN401 - as Django's
        """Refuse None where "none" is spelt as the empty text, besides Django's own tests."""
        if value is None and self.empty_is_text:
            raise ValidationError(self.error_messages["null"], code="null")
        super().validate(value, model_instance)

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return the value of a fixture: sealed envelopes stay sealed."""
        if value is None or isinstance(value, Sealed) or self.is_empty(value):
            return value
        if isinstance(value, str) and value.startswith(ENVELOPE_PREFIX):
            try:
                return Sealed(self, parse_envelope(value))
            except ValueError:
                raise ValidationError("not a sealed value", code="invalid") from None
        return self.parse(value)

    def value_to_string(self, obj: models.Model) -> str:
        """Return what a fixture holds: never the plain value."""
        value = self.value_from_object(obj)
        return value.to_envelope() if isinstance(value, Sealed) else value or ""

    def get_default(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the default; without one, the field's own way of spelling none."""
        # Django's would be None, since the column allows NULL.
        return super().get_default() if self.has_default() or not self.empty_is_text else ""

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - as Django's
        """Return Django's findings and those of sealed fields."""
        from hardening.encryption.checks import check_field  # noqa: PLC0415 - it knows this class

        return [*super().check(**kwargs), *check_field(self)]
