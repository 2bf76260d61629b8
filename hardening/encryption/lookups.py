"""The look-ups that a blind index can answer: exact, in, isnull. All others are refused by the field."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import UUIDField, Value
from django.db.models.expressions import Col
from django.db.models.lookups import IsNull, Lookup
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.existence import require_disclosure
from hardening.encryption.literals import is_expression
from hardening.encryption.refusals import NotIndexedError, SealedLookupError
from hardening.encryption.sealed import Sealed

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

Compiled = tuple[str, tuple[Any, ...]]

_UUID: "UUIDField[Any, Any]" = UUIDField()


class SealedLookup(Lookup):
    """What exact and in share: values become blind indexes, and the companion column answers."""

    prepare_rhs = False

    @property
    def field(self) -> "SealedField":
        """Return the field that is asked."""
        return cast("SealedField", self.lhs.output_field)

    def indexes_for(self, value: object) -> tuple[UUID, ...]:
        """Return the blind index to look for, or none for the empty value, which is stored as NULL.

        While an index key is rotated there are two, that of the primary key first: a value bears one or the other.

        Raise SealedLookupError for what is no value: an expression, or an index handed in from outside.
        """
        field = self.field
        if isinstance(value, Value):
            value = value.value
        if is_expression(value):
            raise SealedLookupError(f"{field} is sealed and is compared with values only, not with an expression")
        if field.is_empty(value):
            return ()
        if isinstance(value, (bytes, bytearray, memoryview, UUID)):
            # Pass the hash: an index that somebody read elsewhere must not work as the value it stands for.
            raise SealedLookupError(f"{field} is compared with values, never with an index")
        if not field.indexed:
            raise NotIndexedError(f"{field} has no blind index: declare indexed=True to look values up")
        indexes = field.indexes_of(_trusted(value, field) if isinstance(value, Sealed) else value)
        return tuple(UUID(bytes=index) for index in indexes)

    def require_permission(self, indexes: Collection[UUID]) -> None:
        """Let the question pass where it may be put (D10); one index stands for each value that is asked for."""
        require_disclosure(self.field, indexes=indexes)

    def indexes_in_sql(self, compiler: SQLCompiler) -> Compiled:
        """Return the SQL of the companion column, or of the index of a value that a constraint is checked with."""
        if isinstance(self.lhs, Col):
            companion = self.field.companion
            sql, params = compiler.compile(companion.raw_col(self.lhs.alias))
            return sql, (*params,)
        held = self.indexes_for(getattr(self.lhs, "value", self.lhs))
        return "%s", (self.adapted(held[0] if held else None, compiler.connection),)

    @staticmethod
    def adapted(index: UUID | None, connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 - the driver's type
        """Return an index as this database takes a uuid."""
        return _UUID.get_db_prep_value(index, connection)


class SealedIsNull(IsNull):
    """``nir__isnull=…``; also of a value that a constraint is validated with, where "" stands for NULL."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        """Test the blob itself for NULL."""
        if isinstance(self.lhs, Value):
            is_null = cast("SealedField", self.lhs.output_field).is_empty(self.lhs.value)
            raise FullResultSet if is_null == self.rhs else EmptyResultSet
        sql, params = super().as_sql(compiler, connection)
        return sql, (*params,)


class SealedExact(SealedLookup):
    """``nir="…"``; the empty value compiles to IS NULL, so that it is decidable without a key."""

    lookup_name = "exact"

    def get_prep_lookup(self) -> tuple[UUID, ...] | None:
        """Return the indexes; the value itself is not kept, so that no query object holds it."""
        return self.indexes_for(self.rhs) or None

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        """Compare the companion column."""
        self.require_permission(self.rhs[:1])
        sql, params = self.indexes_in_sql(compiler)
        test = "= %s" if len(self.rhs) == 1 else f"IN ({', '.join(['%s'] * len(self.rhs))})"
        return f"{sql} {test}", (*params, *(self.adapted(index, connection) for index in self.rhs))


class SealedIn(SealedLookup):
    """``nir__in=[…]``."""

    lookup_name = "in"
    can_use_none_as_rhs = True
    indexes: list[UUID]
    asked: list[UUID]
    """One index of each value: a question counts once."""

    def get_prep_lookup(self) -> list[UUID] | None:
        """Return the indexes, each once, or None if the empty value is among the values.

        None tells Django, when it negates, that NULL has been thought of; it would add its own IS NOT NULL.
        """
        if is_expression(self.rhs) or not isinstance(self.rhs, Iterable) or isinstance(self.rhs, (str, bytes)):
            raise SealedLookupError(f"{self.field}__in takes a list of values, not a queryset or an expression")
        found = dict.fromkeys(self.indexes_for(value) for value in self.rhs if value is not None)
        self.indexes = [index for indexes in found for index in indexes]
        self.asked = [indexes[0] for indexes in found if indexes]
        return None if () in found else self.indexes

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        """Compare the companion column with each index; the empty value asks for NULL."""
        alternatives: list[str] = []
        params: tuple[Any, ...] = ()
        if self.indexes:
            self.require_permission(self.asked)
            sql, params = self.indexes_in_sql(compiler)
            alternatives.append(f"{sql} IN ({', '.join(['%s'] * len(self.indexes))})")
            params = (*params, *(self.adapted(index, connection) for index in self.indexes))
        if self.rhs is None:
            null, null_params = SealedIsNull(self.lhs, True).as_sql(compiler, connection)  # noqa: FBT003 - Django's signature
            alternatives.append(null)
            params = (*params, *null_params)
        if not alternatives:
            raise EmptyResultSet
        return f"({' OR '.join(alternatives)})", params


def _trusted(value: Sealed, field: "SealedField") -> Any:  # noqa: ANN401 - the field's type
    """Return what a sealed value holds: its index is only as true as its tag, and is made anew."""
    if value.field.index_domain != field.index_domain:
        raise SealedLookupError(f"{field} and {value.field} do not share an index domain")
    return value.open_ungated()
