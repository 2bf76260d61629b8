"""What a sealed field says of itself: its options, its companion and constraints, where its values are sealed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import cached_property

from hardening.encryption.attributes import SealedAttribute
from hardening.encryption.declared_indexes import DeclaredIndexes
from hardening.encryption.envelope import Flag, Suite
from hardening.encryption.nir import MASK_CHARACTER
from hardening.encryption.normalisers import NORMALISERS, Normaliser
from hardening.encryption.operations import Place
from hardening.encryption.parts import PartIndex
from hardening.encryption.plaintext import CODECS, Codec, Kind
from hardening.encryption.shape import SealedShapeConstraint

if TYPE_CHECKING:
    from hardening.encryption.constraints import SealedUniqueConstraint

_SUITES = {"AES-256-GCM": Suite.AES_256_GCM, "AES-256-GCM-SIV": Suite.AES_256_GCM_SIV}
_MIGRATIONS = "__fake__"
"""The module of a model that a migration rebuilds: its companion and constraints are stated there already."""
_LONGEST_NAME = 60
_OURS = "hardening.encryption."


class SealedDeclaration(DeclaredIndexes):
    """The declaration of a sealed column; ``SealedField`` tells what the options mean."""

    descriptor_class = SealedAttribute
    # Else a column that is not null would start as "", which is no date and no number.
    empty_strings_allowed = False
    kind: ClassVar[Kind] = Kind.TEXT
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
        parts: Sequence[PartIndex] = (),
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
        self.parts = self.accepted_parts(parts)
        self.field_class = field_class
        self.field_id = field_id
        self.indexed = indexed or unique
        self.is_unique = unique
        self.bind_to = bind_to
        self.suite = suite
        self.empty_is_text = self.has_empty_text and not null
        self._given_field_id = field_id
        self.given_domain = index_domain
        # "" is kept as NULL, so that emptiness can be tested in SQL without a key: the column allows it.
        kwargs["null"] = null or self.empty_is_text
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the options, with the field id frozen and without any key."""
        name, path, args, kwargs = super().deconstruct()
        if path.startswith(_OURS):
            # Migrations outlive our modules.
            path = f"{_OURS}fields.{type(self).__name__}"
        if self.empty_is_text:
            kwargs.pop("null", None)
        stated = {
            "field_class": self.field_class,
            "field_id": self.field_id,
            "indexed": self.indexed and not self.is_unique,
            "parts": list(self.parts),
            "unique": self.is_unique,
            "bind_to": self.bind_to,
            "index_domain": self.given_domain,
            "suite": "" if self.suite == "AES-256-GCM" else self.suite,
        }
        return name, path, args, {**kwargs, **{option: value for option, value in stated.items() if value}}

    def contribute_to_class(self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Join the model and bring the companion and the constraints along."""
        super().contribute_to_class(cls, name, *args, **kwargs)
        if cls._meta.abstract:
            return
        self.field_id = self.field_id or f"{cls._meta.label_lower}.{name}"
        known = {field.name for field in cls._meta.local_fields}
        for companion_name, companion in self.companions_to_add().items():
            if companion_name not in known:
                cls.add_to_class(companion_name, companion)
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

    @cached_property
    def place(self) -> Place:
        """Return where the values are sealed."""
        flags = Flag.INDEX * self.indexed | Flag.PADDED * (self.plaintext_bytes is None) | Flag.PART * len(self.parts)
        return Place(self.field_id, _SUITES[self.suite], Flag(flags), self.index_domains)

    @cached_property
    def codec(self) -> Codec:
        """Return how values become bytes."""
        return CODECS[self.kind]

    @cached_property
    def normalise(self) -> Normaliser:
        """Return what makes one value of all that count as the same in the index."""
        return NORMALISERS[self.normaliser]

    @cached_property
    def longest_choice(self) -> int:
        """Return the length, in bytes with the type byte, to which the shorter choices are padded."""
        return max((len(self.codec.encode(choice)) for choice, _ in self.flatchoices if choice), default=0)

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
