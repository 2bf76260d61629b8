"""Look-ups by a declared part of a sealed value: ``filter(nir__birth_year=84)``."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import Lookup, Value
from django.db.models.expressions import Col
from django.db.models.lookups import IsNull
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.blob_indexes import Compiled
from hardening.encryption.companions import CompanionCol, SealedIndexField
from hardening.encryption.existence import require_part_look_up
from hardening.encryption.literals import is_expression
from hardening.encryption.lookups import SealedExact, SealedIn, SealedLookup
from hardening.encryption.parts import PartIndex
from hardening.encryption.refusals import SealedLookupError, lookup_refused
from hardening.encryption.sealed import Sealed

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField


class PartCol(CompanionCol):
    """A part inside a query: its companion, which is compared with named parts. Selected, it gives the index."""

    @property
    def source(self) -> "SealedField":
        """Return the sealed field."""
        companion = cast("SealedIndexField", self.target)
        return cast("SealedField", companion.model._meta.get_field(companion.source))

    @property
    def part(self) -> PartIndex:
        """Return the part."""
        return self.source.parts[cast("SealedIndexField", self.target).part - 1]

    def get_lookup(self, lookup: str) -> "type[Lookup[Any]]":
        """Return the look-up, or refuse it: an index knows no order and no likeness."""
        try:
            return _ALLOWED[lookup]
        except KeyError:
            raise lookup_refused(self.source, f"{self.part.name}__{lookup}") from None

    def get_transform(self, name: str) -> Any:  # noqa: ANN401 - as Django's
        """Refuse: nothing can be computed from an index."""
        raise lookup_refused(self.source, f"{self.part.name}__{name}")


class _OfPart(SealedLookup):
    """Turns named parts into blind indexes."""

    lhs: PartCol

    @property
    def field(self) -> "SealedField":
        return self.lhs.source

    def indexes_for(self, value: object) -> tuple[UUID, ...]:
        field, part = self.field, self.lhs.part
        if isinstance(value, Value):
            value = value.value
        if is_expression(value):
            raise SealedLookupError(f"{field}: {part.name} is compared with values only, not with an expression")
        if value is None:
            return ()
        if isinstance(value, (bytes, bytearray, memoryview, UUID, Sealed)):
            raise SealedLookupError(f"{field}: {part.name} is compared with its plain value, never with an index")
        return tuple(UUID(bytes=index) for index in field.part_indexes_of(part, value))

    def require_permission(self, indexes: Collection[UUID]) -> None:
        require_part_look_up(self.field, indexes=indexes)

    def indexes_in_sql(self, compiler: SQLCompiler) -> Compiled:
        sql, params = compiler.compile(cast("SealedIndexField", self.lhs.target).raw_col(self.lhs.alias))
        return sql, (*params,)


class PartExact(_OfPart, SealedExact):
    """``nir__birth_year=84``; None asks for values without this index."""


class PartIn(_OfPart, SealedIn):
    """``nir__birth_year__in=[84, 85]``."""


_ALLOWED: dict[str, "type[Lookup[Any]]"] = {"exact": PartExact, "in": PartIn, "isnull": IsNull}


def part_of(field: "SealedField", part: PartIndex) -> Callable[[Any], PartCol]:
    """Return what Django takes for the class of a transform: it makes the part out of the column of ``field``."""
    companion = field.companions[field.slot_of(part)]

    def of(column: Any) -> PartCol:  # noqa: ANN401 - whatever stands on the left
        if not isinstance(column, Col):
            raise SealedLookupError(f"{field}: {part.name} is looked up in tables only, not in a value")
        return PartCol(column.alias, companion, companion.output_field)

    return of
