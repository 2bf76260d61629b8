"""The expressions by which the database takes a blind index out of a blob."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, UUIDField
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.envelope import HEADER_BYTES, INDEX_BYTES, Flag, index_count, index_forms, part_forms

Compiled = tuple[str, tuple[Any, ...]]

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
