"""The companion column: the blind index, taken out of the blob by the database itself, so that it is never stale."""

from typing import Any, NoReturn

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Field, Func, GeneratedField, Model, UUIDField
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.envelope import HEADER_BYTES, INDEX_BYTES
from hardening.encryption.literals import is_expression
from hardening.encryption.refusals import SealedLookupError

Compiled = tuple[str, tuple[Any, ...]]


class BlobIndex(Func):
    """The blind index inside a blob, as a uuid."""

    output_field = UUIDField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> NoReturn:  # noqa: ANN401 - as Django's
        """Refuse databases that this was never tried on."""
        raise NotImplementedError(f"sealed fields work on PostgreSQL and SQLite, not on {connection.vendor}")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:  # noqa: ARG002 - as Django's
        """Return an immutable expression: a generated column allows no other."""
        blob, params = compiler.compile(self.get_source_expressions()[0])
        index = f"encode(substring({blob} from {HEADER_BYTES + 1} for {INDEX_BYTES}), 'hex')::uuid"
        # A cast that fails would quote the bytes, and with them a clear value that raw SQL tried to store.
        return f"CASE WHEN octet_length({blob}) >= {HEADER_BYTES + INDEX_BYTES} THEN {index} END", (*params, *params)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Compiled:  # noqa: ANN401, ARG002
        """Return the 32 hex digits that Django keeps for a uuid on SQLite."""
        blob, params = compiler.compile(self.get_source_expressions()[0])
        # hex(NULL) is '' in SQLite, and would be an index that all empty rows share.
        return f"nullif(lower(hex(substr({blob}, {HEADER_BYTES + 1}, {INDEX_BYTES}))), '')", (*params,)


class SealedIndexField(GeneratedField):
    """The stored, generated companion of the sealed field ``source``; added to models by that field.

    It can be joined with the companion of a field of the same index domain. It is not compared with values: an
    index that somebody saw in a dump must not find people ("pass the hash", C12).
    """

    # Nobody reads it back after a save; without this every INSERT would return a row.
    db_returning = False  # type: ignore[assignment]  # the stubs fix True

    def __init__(self, *, source: str, db_index: bool = True, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        self.source = source
        self.has_own_index = db_index
        fixed = {"expression": BlobIndex(F(source)), "output_field": UUIDField(), "db_persist": True}
        super().__init__(**kwargs | fixed, null=True, db_index=db_index)
        # Fixtures need no copy of what the blob holds, and a serializer over all fields must not hand indexes out.
        self.serialize = False

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the name of the source alone: the expression is this class's."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("expression", "output_field", "db_persist", "null", "db_index", "serialize"):
            kwargs.pop(fixed, None)
        return (
            name,
            path,
            args,
            {**kwargs, "source": self.source, **({} if self.has_own_index else {"db_index": False})},
        )

    def contribute_to_class(self, cls: type[Model], name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Join the model, unless the sealed field has brought a companion already (migrations name both)."""
        if not any(field.name == name for field in cls._meta.local_fields):
            super().contribute_to_class(cls, name, *args, **kwargs)

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
    """A companion inside a query."""

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
