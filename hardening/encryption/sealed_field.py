"""What all sealed fields share: sealing on the way in, the value object on the way out, refusals around it."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.utils.functional import cached_property

from hardening.encryption.attributes import SealedAttribute
from hardening.encryption.binding import encode_binding
from hardening.encryption.columns import SealedCol
from hardening.encryption.companions import SealedIndexField
from hardening.encryption.envelope import Flag, Suite
from hardening.encryption.literals import BlobPerRow, literal_of
from hardening.encryption.lookups import SealedExact, SealedIn, SealedIsNull
from hardening.encryption.nir import MASK_CHARACTER
from hardening.encryption.normalisers import NORMALISERS, Normaliser
from hardening.encryption.operations import Place, operations
from hardening.encryption.plaintext import CODECS, Codec, Kind, pad, unpad
from hardening.encryption.refusals import SealedValueError, SealedWriteError, lookup_refused
from hardening.encryption.sealed import ENVELOPE_PREFIX, Sealed, parse_envelope
from hardening.encryption.shape import SealedShapeConstraint
from hardening.errors import DecryptionError

if TYPE_CHECKING:
    from hardening.encryption.constraints import SealedUniqueConstraint

_SUITES = {"AES-256-GCM": Suite.AES_256_GCM, "AES-256-GCM-SIV": Suite.AES_256_GCM_SIV}
_ALLOWED: dict[str, type["models.Lookup[Any]"]] = {"exact": SealedExact, "in": SealedIn, "isnull": SealedIsNull}
_MIGRATIONS = "__fake__"
"""The module of a model that a migration rebuilds: its companion and constraints are stated there already."""
_LONGEST_NAME = 60
_PADDED = int(Flag.PADDED)
"""As a number: members of an enum are slow to compute with, and this is done for every value opened."""


class SealedField(models.Field):  # type: ignore[type-arg]  # generic in the stubs only
    """A column of sealed values. Use its typed subclasses.

    ``field_class`` is the word for this kind of data in ledgers. ``indexed`` adds the companion
    ``<name>_index``, so that exact and in work; ``unique`` does too. ``bind_to`` names the immutable column that
    a row's values are bound to (default: a UUID primary key, else the model's ``seal_id``). ``field_id`` is what
    sealed values remember of their column: it is written into the migration, and must be written into the
    model when model or column are renamed.
    """

    descriptor_class = SealedAttribute
    kind: ClassVar[Kind] = Kind.TEXT
    normaliser: ClassVar[str] = "text.1"
    plaintext_bytes: ClassVar[int | None] = None
    """The length of every plaintext with its type byte, where it is one; None pads."""
    mask_name: ClassVar[str] = "Sealed"
    mask = MASK_CHARACTER * 6
    is_gated: ClassVar[bool] = True
    """Whether values open only inside a disclosure."""
    has_empty_text: ClassVar[bool] = False
    """Whether a column that is not ``null`` spells "none" as the empty text, as Django's text fields do."""

    def __init__(  # noqa: PLR0913 - a field's options
        self,
        *args: Any,  # noqa: ANN401 - Django's options
        field_class: str = "",
        field_id: str = "",
        indexed: bool = False,
        unique: bool = False,
        bind_to: str = "",
        index_domain: str = "",
        suite: str = "AES-256-GCM",
        null: bool = False,
        **kwargs: Any,  # noqa: ANN401 - likewise
    ) -> None:
        for refused in (
            "primary_key",
            "db_index",
            "db_default",
            "unique_for_date",
            "unique_for_month",
            "unique_for_year",
        ):
            if kwargs.get(refused):
                raise TypeError(f"{type(self).__name__}: {refused} would put the value, or no value, into the database")
        if suite not in _SUITES:
            raise ValueError(f"{type(self).__name__}: suite is one of {', '.join(_SUITES)}")
        self.field_class = field_class
        self.field_id = field_id
        self.indexed = indexed or unique
        self.is_unique = unique
        self.bind_to = bind_to
        self.suite = suite
        self.empty_is_text = self.has_empty_text and not null
        self._given_field_id = field_id
        self._given_domain = index_domain
        # "" is kept as NULL, so that emptiness can be tested in SQL without a key: the column allows it.
        kwargs["null"] = null or self.empty_is_text
        super().__init__(*args, **kwargs)

    # Declaration

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the options, with the field id frozen and without any key."""
        name, path, args, kwargs = super().deconstruct()
        if self.empty_is_text:
            kwargs.pop("null", None)
        stated = {
            "field_class": self.field_class,
            "field_id": self.field_id,
            "indexed": self.indexed and not self.is_unique,
            "unique": self.is_unique,
            "bind_to": self.bind_to,
            "index_domain": self._given_domain,
            "suite": "" if self.suite == "AES-256-GCM" else self.suite,
        }
        return name, path, args, {**kwargs, **{option: value for option, value in stated.items() if value}}

    def contribute_to_class(self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Join the model and bring the companion and the constraints along."""
        super().contribute_to_class(cls, name, *args, **kwargs)
        if cls._meta.abstract:
            return
        self.field_id = self.field_id or f"{cls._meta.label_lower}.{name}"
        if self.indexed and not any(field.name == self.companion_name for field in cls._meta.local_fields):
            cls.add_to_class(self.companion_name, SealedIndexField(source=name, db_index=not self.is_unique))
        if cls.__module__ != _MIGRATIONS:
            self._attach_constraints(cls)

    def _attach_constraints(self, cls: type[models.Model]) -> None:
        wanted: list[models.BaseConstraint] = [
            SealedShapeConstraint(
                field=self.name,
                flags=int(self.place.flags),
                plaintext_bytes=self.plaintext_bytes,
                name=f"{cls._meta.db_table}_{self.column}"[: _LONGEST_NAME - 7] + "_sealed",
            )
        ]
        if self.is_unique:
            wanted.append(
                self._unique_constraint(f"{cls._meta.db_table}_{self.column}"[: _LONGEST_NAME - 7] + "_unique")
            )
        known = {constraint.name for constraint in cls._meta.constraints}
        added = [constraint for constraint in wanted if constraint.name not in known]
        cls._meta.constraints = [*cls._meta.constraints, *added]
        # Migrations are written from the original attributes: without this line a model that has no
        # constraints of its own would never get these.
        cls._meta.original_attrs["constraints"] = cls._meta.constraints

    def _unique_constraint(self, name: str) -> "SealedUniqueConstraint":
        from hardening.encryption.constraints import SealedUniqueConstraint  # noqa: PLC0415 - it knows this class

        return SealedUniqueConstraint(fields=[self.name], name=name)

    def get_internal_type(self) -> str:
        """Return the kind of column, by the one name that keeps UNNEST inserts on.

        A name that Django does not know turns them off, and so would the placeholders of a subclass of BinaryField.
        """
        return "BinaryField"

    @property
    def companion_name(self) -> str:
        """Return the name of the column that holds the blind index."""
        return f"{self.name}_index"

    @property
    def companion(self) -> SealedIndexField:
        """Return that column."""
        return cast("SealedIndexField", self.model._meta.get_field(self.companion_name))

    @property
    def index_domain(self) -> str:
        """Return which fields this one's index is comparable with, and by which normaliser."""
        return f"{self._given_domain or self.field_id}/{self.normaliser}"

    @cached_property
    def place(self) -> Place:
        """Return where the values are sealed."""
        flags = (Flag.INDEX if self.indexed else Flag(0)) | (Flag.PADDED if self.plaintext_bytes is None else Flag(0))
        return Place(self.field_id, _SUITES[self.suite], flags, self.index_domain)

    @cached_property
    def codec(self) -> Codec:
        """Return how values become bytes."""
        return CODECS[self.kind]

    @cached_property
    def _normalise(self) -> Normaliser:
        return NORMALISERS[self.normaliser]

    @cached_property
    def _longest_choice(self) -> int:
        return max((len(self.codec.encode(choice)) for choice, _ in self.flatchoices if choice), default=0)

    # Values

    def parse(self, value: Any) -> Any:  # noqa: ANN401 - whatever was assigned
        """Return the plain value of this field's type.

        Raise ValidationError, which never repeats the value.
        """
        raise NotImplementedError

    def canonical(self, value: Any) -> Any:  # noqa: ANN401 - likewise
        """Return the plain value as it is sealed.

        Raise SealedValueError, not naming the value, for one that is not of this field.
        """
        try:
            return self.parse(value)
        except (ValidationError, ValueError, TypeError) as error:
            code = getattr(error, "code", None) or "invalid"
            # The cause is cut off: its traceback holds the value.
            raise SealedValueError(f"{self}: the value is not one of this field ({code})") from None

    def is_empty(self, value: object) -> bool:
        """Tell whether this value is stored as NULL."""
        return value is None or (self.empty_is_text and isinstance(value, str) and not value)

    def accept(self, instance: models.Model, value: Any) -> Any:  # noqa: ANN401 - whatever is assigned
        """Return what the instance holds after this assignment.

        Raise SealedWriteError for an expression, or for a value that another row or field sealed.
        """
        if isinstance(value, Sealed):
            return self._adopt(instance, value)
        value = literal_of(value, field=self)
        if self.is_empty(value):
            return value
        return Sealed(self, given=value, row=instance)

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
        if value is None and self.attname not in model_instance.__dict__:
            value = getattr(model_instance, self.attname)
        if not isinstance(value, Sealed):
            return value
        if value.is_pending:
            value = Sealed(self, self.seal_for(model_instance, value.given))
            model_instance.__dict__[self.attname] = value
        else:
            self._require_own(model_instance, value)
        return value

    def seal_for(self, instance: models.Model, value: Any) -> bytes:  # noqa: ANN401 - the plain value
        """Return the blob of ``value`` for the row of ``instance``.

        Raise SealedWriteError if the row has no key yet, SealedValueError if the value is not of this field.
        """
        binding = self.binding_of(instance)
        if binding is None:
            raise SealedWriteError(f"{self}: the row has no {self.binding_name} yet, and values are bound to it")
        return self.seal(value, binding=binding)

    def seal(self, value: Any, *, binding: bytes) -> bytes:  # noqa: ANN401 - the plain value
        """Return the blob of ``value`` for the row with this binding."""
        plain = self.canonical(value)
        plaintext = self.codec.encode(plain)
        if self.plaintext_bytes is None:
            plaintext = pad(plaintext, at_least=self._longest_choice)
        normal = self._normalise(plain) if self.indexed else None
        return operations().seal(plaintext, place=self.place, binding=binding, normal=normal)

    def open_blob(self, blob: bytes, *, binding: bytes) -> Any:  # noqa: ANN401 - the field's type
        """Return the plain value.

        Raise DecryptionError, naming the field, for anything that was not sealed for this field and row.
        """
        try:
            plaintext = operations().open(blob, place=self.place, binding=binding)
            if blob[1] & _PADDED:
                plaintext = unpad(plaintext)
            return self.codec.decode(plaintext)
        except (DecryptionError, ValueError):
            raise DecryptionError(f"a sealed value of {self} does not open") from None

    def index_of(self, value: Any) -> bytes:  # noqa: ANN401 - the plain value
        """Return the blind index of a plain value."""
        normal = self._normalise(self.canonical(value))
        return operations().index(normal, place=self.place)

    def _require_own(self, instance: models.Model, value: Sealed) -> None:
        try:
            # By this field, whichever field the value says it is of: it must open where it will be stored.
            self.open_blob(value.blob(), binding=self.binding_of(instance) or b"")
        except DecryptionError:
            raise SealedWriteError(
                f"{self}: this value was sealed for another row, or this row's {self.binding_name} has changed; "
                "to copy a row, reveal its values inside a disclosure and assign them to the new one"
            ) from None

    # Rows

    @cached_property
    def binding_name(self) -> str:
        """Return the name of the column that values are bound to, or nothing if the model has none."""
        if self.bind_to:
            return self.bind_to
        if isinstance(self.model._meta.pk, models.UUIDField):
            return str(self.model._meta.pk.attname)
        try:
            return str(self.model._meta.get_field("seal_id").attname)  # type: ignore[union-attr]  # a concrete field
        except FieldDoesNotExist:
            return ""

    def binding_of(self, instance: models.Model) -> bytes | None:
        """Return the bytes that stand for the row, or None while it has no key."""
        key = getattr(instance, self.binding_name, None)
        return None if key is None else encode_binding(key)

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
            self._require_own(value.row, value)
        return value.blob()

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 - as Django's
        """Return the blob to store; None only where the column allows "none"."""
        if value is None and self.empty_is_text:
            raise SealedWriteError(f"{self} spells none as '', not as None")
        if isinstance(value, BlobPerRow):
            return value
        return self.get_db_prep_value(value, connection)

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:  # noqa: ANN401, ARG002 - as Django's
        """Return the value object for a blob, and "" or None for NULL."""
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

    def get_lookup(self, lookup_name: str) -> "type[models.Lookup[Any]]":
        """Return the look-up, or refuse it with the way that works."""
        try:
            return _ALLOWED[lookup_name]
        except KeyError:
            raise lookup_refused(self, lookup_name) from None

    def get_transform(self, lookup_name: str) -> Any:  # noqa: ANN401 - as Django's
        """Refuse: nothing can be computed from ciphertext."""
        raise lookup_refused(self, lookup_name)

    # Forms, validation, fixtures

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
