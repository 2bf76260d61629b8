"""The database's own test that a column holds sealed blobs: raw SQL cannot put a clear number there."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CheckConstraint, F, Func, Model
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.envelope import Suite, index_forms, overhead, part_forms
from hardening.encryption.plaintext import BLOCK_BYTES

Compiled = tuple[str, tuple[Any, ...]]


class HasSealedShape(Func):
    """Whether a column starts with a known header and has a possible length.

    Values may have fewer part indexes than ``flags`` announce: a part is declared over a full table, and taken back
    from one, without a moment at which a writer of either release is refused.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, *expressions: Any, flags: int, plaintext_bytes: int | None = None, **extra: Any) -> None:  # noqa: ANN401
        self.flags = flags
        self.plaintext_bytes = plaintext_bytes
        super().__init__(*expressions, **extra)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:  # noqa: ARG002 - as Django's
        """Return the test for bytea."""
        blob, params = compiler.compile(self.get_source_expressions()[0])
        heads = ", ".join(rf"'\x{octet:02x}'::bytea" for octet in Suite)
        shape = " OR ".join(
            rf"substring({blob} from 2 for 1) = '\x{flags:02x}'::bytea"
            f" AND {self._length(f'octet_length({blob})', flags)}"
            for flags in self._forms()
        )
        return f"(substring({blob} from 1 for 1) IN ({heads}) AND ({shape}))", (*params,)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Compiled:  # noqa: ANN401, ARG002
        """Return the test for a BLOB; SQLite would take text into the column too."""
        blob, params = compiler.compile(self.get_source_expressions()[0])
        heads = ", ".join(f"x'{octet:02x}'" for octet in Suite)
        shape = " OR ".join(
            f"substr({blob}, 2, 1) = x'{flags:02x}' AND {self._length(f'length({blob})', flags)}"
            for flags in self._forms()
        )
        return (
            f"({blob} IS NULL OR (typeof({blob}) = 'blob' AND substr({blob}, 1, 1) IN ({heads}) AND ({shape})))",
            (*params,),
        )

    def _forms(self) -> list[int]:
        return [form for flags in part_forms(self.flags) for form in index_forms(flags)]

    def _length(self, length: str, flags: int) -> str:
        if self.plaintext_bytes is not None:
            return f"{length} = {overhead(flags) + self.plaintext_bytes}"
        # %% because schema editors interpolate parameters.
        least = overhead(flags) + BLOCK_BYTES
        return f"{length} >= {least} AND ({length} - {overhead(flags)}) %% {BLOCK_BYTES} = 0"


class SealedShapeConstraint(CheckConstraint):
    """CHECK that ``field`` holds sealed blobs; added to models by their sealed fields."""

    def __init__(self, *, field: str, flags: int, name: str, plaintext_bytes: int | None = None) -> None:
        self.field = field
        self.flags = flags
        self.plaintext_bytes = plaintext_bytes
        condition = HasSealedShape(F(field), flags=flags, plaintext_bytes=plaintext_bytes)
        super().__init__(condition=condition, name=name)

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the shape, not the SQL."""
        kwargs = {"field": self.field, "flags": self.flags, "name": self.name}
        if self.plaintext_bytes is not None:
            kwargs["plaintext_bytes"] = self.plaintext_bytes
        return f"{self.__class__.__module__}.{self.__class__.__name__}", (), kwargs

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SealedShapeConstraint):
            return bool(self.deconstruct() == other.deconstruct())
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.field, self.flags, self.name, self.plaintext_bytes))

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = "default") -> None:  # noqa: ANN401
        """Pass: what Python writes has the shape, and Django would ask the database for each form."""
