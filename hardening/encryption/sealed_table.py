"""A table with sealed columns, read by primary key in batches and in ranges that workers share out."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Field, Func, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.binding import encode_binding
from hardening.encryption.companions import SealedIndexField
from hardening.encryption.envelope import HEADER_BYTES
from hardening.encryption.sealed import Sealed
from hardening.encryption.sealed_field import SealedField

RANGE_ROWS = 20_000
"""Rows between two bounds: long enough that a range costs more than handing it out, short enough to show progress."""


class SealedRow(NamedTuple):
    """One row as it stands: per sealed column its binding, its blob (None: NULL) and its companions, one a slot."""

    pk: Any
    bindings: tuple[bytes, ...]
    blobs: tuple[bytes | None, ...]
    companions: tuple[tuple[UUID | None, ...], ...]


class KeyRange(NamedTuple):
    """Primary keys above ``after`` up to and with ``until``; None is without end."""

    after: Any = None
    until: Any = None


@dataclass(frozen=True)
class SealedTable:
    """The sealed columns that one model brings into its own table."""

    model: type[Model]

    @cached_property
    def fields(self) -> tuple[SealedField, ...]:
        """Return the sealed columns."""
        return tuple(field for field in self.model._meta.local_fields if isinstance(field, SealedField))

    @cached_property
    def connection(self) -> BaseDatabaseWrapper:
        """Return the connection that writes go to."""
        return connections[router.db_for_write(self.model) or "default"]

    @property
    def primary_key(self) -> "Field[Any, Any]":
        """Return the primary key, of this table also where it points to a parent's."""
        return self.model._meta.pk

    def quoted(self, name: str) -> str:
        """Return a name as SQL."""
        return self.connection.ops.quote_name(name)

    def ranges(self) -> Iterator[KeyRange]:
        """Return disjoint ranges that cover every row, also those inserted later."""
        after = None
        for until in self._bounds():
            yield KeyRange(after, until)
            after = until
        yield KeyRange(after)

    def rows(self, within: KeyRange, *, limit: int, other_than: tuple[bytes, ...] = ()) -> list[SealedRow]:
        """Return the first rows of a range that hold a sealed value, in order of primary key, at most ``limit``.

        ``other_than``, a header for each column, leaves out rows whose every value has the one of its column.
        """
        queryset: QuerySet[Model] = QuerySet(self.model, using=self.connection.alias)
        queryset = queryset.filter(_Holds(self, other_than=other_than)).annotate(**self._stored_companions)
        if within.after is not None:
            queryset = queryset.filter(pk__gt=within.after)
        if within.until is not None:
            queryset = queryset.filter(pk__lte=within.until)
        return [self._row(values) for values in queryset.order_by("pk").values_list(*self._selected)[:limit]]

    @cached_property
    def _selected(self) -> tuple[str, ...]:
        companions = (_stored(companion) for field in self.fields for companion in field.companions)
        names = (name for field in self.fields for name in (field.binding_name, field.attname))
        return tuple(dict.fromkeys(("pk", *names, *companions)))

    @property
    def _stored_companions(self) -> dict[str, Col]:
        # As it is stored: queries see the last index instead, while an index key is rotated.
        table = self.model._meta.db_table
        return {_stored(companion): companion.raw_col(table) for field in self.fields for companion in field.companions}

    def _row(self, values: tuple[Any, ...]) -> SealedRow:
        named = dict(zip(self._selected, values, strict=True))
        return SealedRow(
            named["pk"],
            tuple(encode_binding(named[field.binding_name]) for field in self.fields),
            tuple(_blob(named[field.attname]) for field in self.fields),
            tuple(tuple(named[_stored(companion)] for companion in field.companions) for field in self.fields),
        )

    def _bounds(self) -> list[Any]:
        key, table = self.quoted(str(self.primary_key.column)), self.quoted(self.model._meta.db_table)
        numbered = f"SELECT {key} AS k, row_number() OVER (ORDER BY {key}) AS n FROM {table}"  # noqa: S608 - our own names
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT k FROM ({numbered}) AS numbered WHERE n %% %s = 0 ORDER BY n", [RANGE_ROWS])  # noqa: S608 - likewise
            return [self.primary_key.to_python(key) for (key,) in cursor.fetchall()]


def sealed_tables(label: str = "") -> list[SealedTable]:
    """Return the tables with sealed columns; only that of the model ``label`` (``app.Model``) where one is given.

    Raise LookupError if there is no such model, or it has no sealed column of its own.
    """
    models = [apps.get_model(label)] if label else apps.get_models()
    found = [table for table in map(SealedTable, models) if table.fields]
    if label and not found:
        raise LookupError(f"{label} has no sealed column")
    return found


class _Holds(Func):
    """Whether one of the sealed columns holds a value, with another header than the one named if one is."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, table: SealedTable, *, other_than: tuple[bytes, ...]) -> None:
        super().__init__()
        self.table = table
        self.other_than = other_than

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002 - as Django's
        """Compare the first bytes of each blob."""
        return self._any_of(r"'\x{}'::bytea"), ()

    def as_sqlite(
        self,
        compiler: SQLCompiler,  # noqa: ARG002 - as Django's
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - likewise
        **_: Any,  # noqa: ANN401 - likewise
    ) -> tuple[str, tuple[Any, ...]]:
        """Compare the same bytes; text that raw SQL put there compares as different, and is found."""
        return self._any_of("x'{}'"), ()

    def _any_of(self, literal: str) -> str:
        name = self.table.quoted(self.table.model._meta.db_table)
        columns = [f"{name}.{self.table.quoted(str(field.column))}" for field in self.table.fields]
        tests = [f"{column} IS NOT NULL" for column in columns]
        if self.other_than:
            heads = (literal.format(head.hex()) for head in self.other_than)
            tests = [
                f"substr({column}, 1, {HEADER_BYTES}) <> {head}" for column, head in zip(columns, heads, strict=True)
            ]
        return f"({' OR '.join(tests)})"


def _stored(companion: SealedIndexField) -> str:
    return f"stored_{companion.name}"


def _blob(value: object) -> bytes | None:
    return value.blob() if isinstance(value, Sealed) else None
