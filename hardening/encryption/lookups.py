"""The look-ups that a blind index can answer: exact, in, isnull. All others are refused by the field."""

from collections.abc import Iterable
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

    def index_for(self, value: object) -> UUID | None:
        """Return the blind index to look for, or None for the empty value, which is stored as NULL.

        Raise SealedLookupError for what is no value: an expression, or an index handed in from outside.
        """
        field = self.field
        if isinstance(value, Value):
            value = value.value
        if is_expression(value):
            raise SealedLookupError(f"{field} is sealed and is compared with values only, not with an expression")
        if field.is_empty(value):
            return None
        if isinstance(value, (bytes, bytearray, memoryview, UUID)):
            # Pass the hash: an index that somebody read elsewhere must not work as the value it stands for.
            raise SealedLookupError(f"{field} is compared with values, never with an index")
        if not field.indexed:
            raise NotIndexedError(f"{field} has no blind index: declare indexed=True to look values up")
        if isinstance(value, Sealed):
            return UUID(bytes=_trusted_index(value, field))
        return UUID(bytes=field.index_of(value))

    def indexes_in_sql(self, compiler: SQLCompiler) -> Compiled:
        """Return the SQL of the companion column, or of the index of a value that a constraint is checked with."""
        if isinstance(self.lhs, Col):
            companion = self.field.companion
            sql, params = compiler.compile(companion.raw_col(self.lhs.alias))
            return sql, (*params,)
        held = self.index_for(getattr(self.lhs, "value", self.lhs))
        return "%s", (self.adapted(held, compiler.connection),)

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

    def get_prep_lookup(self) -> UUID | None:
        """Return the index; the value itself is not kept, so that no query object holds it."""
        return self.index_for(self.rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        """Compare the companion column."""
        require_disclosure(self.field, indexes=[self.rhs])
        sql, params = self.indexes_in_sql(compiler)
        return f"{sql} = %s", (*params, self.adapted(self.rhs, connection))


class SealedIn(SealedLookup):
    """``nir__in=[…]``."""

    lookup_name = "in"
    can_use_none_as_rhs = True
    indexes: list[UUID]

    def get_prep_lookup(self) -> list[UUID] | None:
        """Return the indexes, each once, or None if the empty value is among the values.

        None tells Django, when it negates, that NULL has been thought of; it would add its own IS NOT NULL.
        """
        if is_expression(self.rhs) or not isinstance(self.rhs, Iterable) or isinstance(self.rhs, (str, bytes)):
            raise SealedLookupError(f"{self.field}__in takes a list of values, not a queryset or an expression")
        found = dict.fromkeys(self.index_for(value) for value in self.rhs if value is not None)
        self.indexes = [index for index in found if index is not None]
        return None if None in found else self.indexes

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        """Compare the companion column with each index; the empty value asks for NULL."""
        alternatives: list[str] = []
        params: tuple[Any, ...] = ()
        if self.indexes:
            require_disclosure(self.field, indexes=self.indexes)
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


def _trusted_index(value: Sealed, field: "SealedField") -> bytes:
    """Return the index of a sealed value, once it is known that its own row sealed it."""
    if value.field.index_domain != field.index_domain:
        raise SealedLookupError(f"{field} and {value.field} do not share an index domain")
    if not value.is_pending:
        # The index in a blob is only as true as its tag: open before believing it.
        value.open_ungated()
    return value.index()
