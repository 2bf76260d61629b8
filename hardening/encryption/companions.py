"""The companion column: the blind index, taken out of the blob by the database itself, so that it is never stale."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, F, Field, Func, GeneratedField, Model, UUIDField
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.envelope import (
    HEADER_BYTES,
    INDEX_BYTES,
    Flag,
    forms_with_part,
    index_count,
    index_forms,
    part_forms,
)
from hardening.encryption.literals import is_expression
from hardening.encryption.operations import operations
from hardening.encryption.refusals import SealedLookupError

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

Compiled = tuple[str, tuple[Any, ...]]

_NO_DEFAULT = "computed"
_MARK = "\x00"
"""Stands for the blob while an expression is put together; no SQL holds one."""


class BlobIndex(Func):
    """A blind index inside a blob, as a uuid; ``slot`` counts from the index of the whole value.

    ``forms`` are the flags of the values that have this index, where not all of a column have it.
    """

    output_field = UUIDField()

    def __init__(self, *expressions: Any, slot: int = 0, forms: tuple[int, ...] = (), **extra: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*expressions, **extra)
        self.slot = slot
        self.forms = forms

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> NoReturn:  # noqa: ANN401 - as Django's
        """Refuse databases that this was never tried on."""
        raise NotImplementedError(f"sealed fields work on PostgreSQL and SQLite, not on {connection.vendor}")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:  # noqa: ARG002 - as Django's
        """Return an immutable expression: a generated column allows no other."""
        return self._compiled(compiler, _Bytea)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Compiled:  # noqa: ANN401, ARG002
        """Return the 32 hex digits that Django keeps for a uuid on SQLite."""
        return self._compiled(compiler, _Blob)

    def _compiled(self, compiler: SQLCompiler, engine: "type[_Bytea | _Blob]") -> Compiled:
        blob, params = compiler.compile(self.get_source_expressions()[0])
        sql = self._in_sql(engine, _MARK)
        return sql.replace(_MARK, blob), (*params,) * sql.count(_MARK)

    def _in_sql(self, engine: "type[_Bytea | _Blob]", blob: str) -> str:
        index = engine.index(blob, self.slot)
        return f"CASE WHEN {engine.has_flags(blob, self.forms)} THEN {index} END" if self.forms else index


class LastIndex(BlobIndex):
    """The last of a blob's indexes in one slot: towards the end of a rotation, the one that all values have.

    ``flags`` are those that the field declares. ``slot`` and ``forms`` are those of the companion.
    """

    def __init__(self, *expressions: Any, flags: int, **extra: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*expressions, **extra)
        self.flags = flags

    def _in_sql(self, engine: "type[_Bytea | _Blob]", blob: str) -> str:
        """Return an immutable expression: an index on it keeps values unique meanwhile."""
        whens = []
        for flags in part_forms(self.flags):
            # Each value's second indexes stand behind as many first ones as it has itself.
            twofold = [form for form in index_forms(flags) if form & Flag.SECOND_INDEX]
            if twofold and (not self.forms or twofold[0] in self.forms):
                second = engine.index(blob, self.slot + index_count(flags))
                whens.append(f"WHEN {engine.has_flags(blob, twofold)} THEN {second}")
        return f"CASE {' '.join(whens)} ELSE {super()._in_sql(engine, blob)} END"


class _Bytea:
    """PostgreSQL."""

    @staticmethod
    def has_flags(blob: str, forms: Iterable[int]) -> str:
        literals = ", ".join(rf"'\x{flags:02x}'::bytea" for flags in forms)
        return f"substring({blob} from 2 for 1) IN ({literals})"

    @staticmethod
    def index(blob: str, slot: int) -> str:
        start = HEADER_BYTES + slot * INDEX_BYTES
        # A cast that fails would quote the bytes, and with them a clear value that raw SQL tried to store.
        return (
            f"CASE WHEN octet_length({blob}) >= {start + INDEX_BYTES}"
            f" THEN encode(substring({blob} from {start + 1} for {INDEX_BYTES}), 'hex')::uuid END"
        )


class _Blob:
    """SQLite."""

    @staticmethod
    def has_flags(blob: str, forms: Iterable[int]) -> str:
        literals = ", ".join(f"x'{flags:02x}'" for flags in forms)
        return f"substr({blob}, 2, 1) IN ({literals})"

    @staticmethod
    def index(blob: str, slot: int) -> str:
        # hex(NULL) is '' in SQLite, and would be an index that all empty rows share.
        return f"nullif(lower(hex(substr({blob}, {HEADER_BYTES + slot * INDEX_BYTES + 1}, {INDEX_BYTES}))), '')"


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
