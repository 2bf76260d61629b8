"""The companion column: the blind index, taken out of the blob by the database itself, so that it is never stale."""

from typing import TYPE_CHECKING, Any, NoReturn, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, F, Field, Func, GeneratedField, Model, UUIDField
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.envelope import HEADER_BYTES, INDEX_BYTES, Flag, index_count, index_forms
from hardening.encryption.literals import is_expression
from hardening.encryption.operations import operations
from hardening.encryption.refusals import SealedLookupError

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

Compiled = tuple[str, tuple[Any, ...]]


class BlobIndex(Func):
    """A blind index inside a blob, as a uuid; ``slot`` counts from the index of the whole value."""

    output_field = UUIDField()

    def __init__(self, *expressions: Any, slot: int = 0, **extra: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*expressions, **extra)
        self.slot = slot

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> NoReturn:  # noqa: ANN401 - as Django's
        """Refuse databases that this was never tried on."""
        raise NotImplementedError(f"sealed fields work on PostgreSQL and SQLite, not on {connection.vendor}")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:  # noqa: ARG002 - as Django's
        """Return an immutable expression: a generated column allows no other."""
        blob, params = compiler.compile(self.get_source_expressions()[0])
        return _of_bytea(blob, self.slot), (*params, *params)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Compiled:  # noqa: ANN401, ARG002
        """Return the 32 hex digits that Django keeps for a uuid on SQLite."""
        blob, params = compiler.compile(self.get_source_expressions()[0])
        return _of_blob(blob, self.slot), (*params,)


class LastIndex(BlobIndex):
    """The last of a blob's indexes in one slot: towards the end of a rotation, the one that all values have.

    ``flags`` are those that the field declares.
    """

    def __init__(self, *expressions: Any, flags: int, **extra: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*expressions, **extra)
        self.second_slot = self.slot + index_count(flags)
        self.twofold = [form for form in index_forms(flags) if form & Flag.SECOND_INDEX]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:  # noqa: ARG002 - as Django's
        """Return an immutable expression: an index on it keeps values unique meanwhile."""
        blob, params = compiler.compile(self.get_source_expressions()[0])
        forms = ", ".join(rf"'\x{flags:02x}'::bytea" for flags in self.twofold)
        test = f"substring({blob} from 2 for 1) IN ({forms})"
        sql = f"CASE WHEN {test} THEN {_of_bytea(blob, self.second_slot)} ELSE {_of_bytea(blob, self.slot)} END"
        return sql, (*params,) * 5

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Compiled:  # noqa: ANN401, ARG002
        """Return the same for a BLOB."""
        blob, params = compiler.compile(self.get_source_expressions()[0])
        forms = ", ".join(f"x'{flags:02x}'" for flags in self.twofold)
        test = f"substr({blob}, 2, 1) IN ({forms})"
        sql = f"CASE WHEN {test} THEN {_of_blob(blob, self.second_slot)} ELSE {_of_blob(blob, self.slot)} END"
        return sql, (*params,) * 3


def _of_bytea(blob: str, slot: int) -> str:
    start = HEADER_BYTES + slot * INDEX_BYTES
    # A cast that fails would quote the bytes, and with them a clear value that raw SQL tried to store.
    return (
        f"CASE WHEN octet_length({blob}) >= {start + INDEX_BYTES}"
        f" THEN encode(substring({blob} from {start + 1} for {INDEX_BYTES}), 'hex')::uuid END"
    )


def _of_blob(blob: str, slot: int) -> str:
    # hex(NULL) is '' in SQLite, and would be an index that all empty rows share.
    return f"nullif(lower(hex(substr({blob}, {HEADER_BYTES + slot * INDEX_BYTES + 1}, {INDEX_BYTES}))), '')"


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
    """A companion inside a query, where columns are compared: two of them, or one with itself."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        """Return the column; towards the end of a rotation the last index of the blob, which is no column."""
        if not operations().is_last_compared():
            sql, params = super().as_sql(compiler, connection)
            return sql, (*params,)
        companion = cast("SealedIndexField", self.target)
        source = cast("SealedField", companion.model._meta.get_field(companion.source))
        last = LastIndex(Col(self.alias, source, BinaryField()), flags=source.place.flags)
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
