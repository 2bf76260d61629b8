"""The companion column: the blind index, taken out of the blob by the database itself, so that it is never stale."""

from typing import TYPE_CHECKING, Any, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, F, Field, GeneratedField, Model, UUIDField
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.blob_indexes import BlobIndex as BlobIndex
from hardening.encryption.blob_indexes import Compiled
from hardening.encryption.blob_indexes import LastIndex as LastIndex
from hardening.encryption.envelope import forms_with_part
from hardening.encryption.literals import is_expression
from hardening.encryption.operations import operations
from hardening.encryption.refusals import SealedLookupError

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

_NO_DEFAULT = "computed"


class SealedIndexField(GeneratedField):
    """The stored, generated companion of the sealed field ``source``; added to models by that field.

    It holds the index of the whole value, or of the ``part``-th of its declared parts, from 1; ``beside_whole`` says
    whether the whole value has an index too. A part is NULL in values that were sealed before it was declared.

    It can be joined with the companion of a field of the same index domain. It is not compared with values: an
    index that somebody saw in a dump must not find people ("pass the hash", C12).
    """

    # Nobody reads it back after a save; without this every INSERT would return a row.
    db_returning = False  # type: ignore[assignment]  # the stubs fix True

    def __init__(
        self,
        *,
        source: str,
        db_index: bool = True,
        part: int = 0,
        beside_whole: bool = True,
        **kwargs: Any,  # noqa: ANN401 - Django's options
    ) -> None:
        self.source = source
        self.has_own_index = db_index
        self.part = part
        self.beside_whole = beside_whole
        self.slot = part if beside_whole else part - 1
        self.forms = forms_with_part(part, beside_whole=beside_whole) if part else ()
        expression = BlobIndex(F(source), slot=self.slot, forms=self.forms)
        fixed = {"expression": expression, "output_field": UUIDField(), "db_persist": True}
        super().__init__(**kwargs | fixed, null=True, db_index=db_index)
        # Fixtures need no copy of what the blob holds, and a serializer over all fields must not hand indexes out.
        self.serialize = False

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the name of the source alone: the expression is this class's."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("expression", "output_field", "db_persist", "null", "db_index", "serialize"):
            kwargs.pop(fixed, None)
        stated: dict[str, Any] = {"source": self.source}
        stated |= {} if self.has_own_index else {"db_index": False}
        stated |= {"part": self.part} if self.part else {}
        stated |= {} if self.beside_whole else {"beside_whole": False}
        return name, path, args, {**kwargs, **stated}

    def contribute_to_class(self, cls: type[Model], name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Join the model, unless the sealed field has brought a companion already (migrations name both)."""
        if not any(field.name == name for field in cls._meta.local_fields):
            super().contribute_to_class(cls, name, *args, **kwargs)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 - as Django's
        """Return what nobody stores. Schema editors ask for it as the default of a new column.

        SQLite takes a stored column only with its table, and Django makes the table anew for what has a default; it
        overlooks generated columns that may be NULL.
        """
        return _NO_DEFAULT if connection.vendor == "sqlite" else super().get_db_prep_save(value, connection)

    def raw_col(self, alias: str) -> Col:
        """Return the column as look-ups on the sealed field compare it."""
        return Col(alias, self, self.output_field)

    def get_col(self, alias: str, output_field: "Field[Any, Any] | None" = None) -> Col:  # noqa: ARG002 - as Django's
        """Return the column as everybody else sees it: no comparison with a value."""
        return CompanionCol(alias, self, self.output_field)

    @property
    def cached_col(self) -> Col:
        """Return the same for the model's own table."""
        return CompanionCol(self.model._meta.db_table, self, self.output_field)


class CompanionCol(Col):
    """A companion inside a query, where columns are compared: two of them, or one with itself."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        """Return the column; towards the end of a rotation the last index of the blob, which is no column."""
        if not operations().is_last_compared():
            sql, params = super().as_sql(compiler, connection)
            return sql, (*params,)
        companion = cast("SealedIndexField", self.target)
        source = cast("SealedField", companion.model._meta.get_field(companion.source))
        blob = Col(self.alias, source, BinaryField())
        last = LastIndex(blob, flags=source.place.flags, slot=companion.slot, forms=companion.forms)
        sql, params = compiler.compile(last)
        return sql, (*params,)

    def get_lookup(self, lookup: str) -> Any:  # noqa: ANN401 - a class made to measure
        """Return the look-up, narrowed to comparisons with another column."""
        found = super().get_lookup(lookup)
        if found is None or lookup == "isnull":
            return found
        return type(f"Companion{found.__name__}", (_ColumnsOnly, found), {})


class _ColumnsOnly:
    """Refuses a value on the right of a look-up."""

    def get_prep_lookup(self) -> Any:  # noqa: ANN401 - as Django's
        if not is_expression(self.rhs) or hasattr(self.rhs, "value"):  # type: ignore[attr-defined]  # a mixin of Lookup
            target = self.lhs.target  # type: ignore[attr-defined]  # likewise
            raise SealedLookupError(f"{target} is never compared with a value; look {target.source} up instead")
        return super().get_prep_lookup()  # type: ignore[misc]  # likewise
