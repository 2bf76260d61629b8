"""The rows of two twin columns: read in order of primary key, judged, and written where nobody wrote meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Field, Model, Q, TextField, Value
from django.db.models.expressions import RawSQL

from hardening.encryption.binding import encode_binding
from hardening.encryption.refusals import SealedValueError
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.twins import clear_beside
from hardening.errors import DecryptionError


class Verdict(StrEnum):
    """What the two columns of a row say of each other."""

    EQUAL = "equal"
    EMPTY = "empty"
    NOT_SEALED = "not sealed"
    NOT_CLEAR = "not clear"
    DIFFERENT = "different"
    UNREADABLE = "unreadable"
    INVALID = "invalid"


AGREEING = frozenset({Verdict.EQUAL, Verdict.EMPTY})


class TwinRow(NamedTuple):
    """One row as it stood in one version."""

    key: Any
    binding: bytes
    clear: Any
    blob: bytes | None
    version: str
    """The transaction that wrote this version of the row, to PostgreSQL; a later writer leaves another."""
    place: str = ""
    """Where PostgreSQL keeps this version: with the transaction it is found again without an index, or not at all."""


@dataclass(frozen=True)
class TwinColumns:
    """A clear and a sealed column of one table, and which of them is written from the other."""

    model: type[Model]
    clear: "Field[Any, Any]"
    sealed: SealedField
    seals: bool
    """True: the clear column leads. False: the way back."""
    alias: str = "default"

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.clear.name if self.seals else self.sealed.name}"

    def rows(self, *, after: Any, until: Any, is_waiting: bool) -> list[TwinRow]:  # noqa: ANN401 - primary keys
        """Return the rows with ``after`` < primary key ≤ ``until`` (None: no bound), or those that wait only."""
        system = {"hardening_version": self._system("xmin"), "hardening_place": self._system("ctid")}
        names = (*system, "pk", self.clear.name, self.sealed.name)
        found = self._within(after, until, is_waiting=is_waiting).annotate(**system)
        # The binding is the key for most tables, and is then not asked for twice.
        is_bound_to_key = self.sealed.binding_name in {"pk", self._pk.name}
        if not is_bound_to_key:
            names = (*names, self.sealed.binding_name)
        return [
            TwinRow(key, encode_binding(key if is_bound_to_key else rest[0]), clear, _blob(sealed), version, place)
            for version, place, key, clear, sealed, *rest in found.values_list(*names)
        ]

    def ranges(self, *, size: int, is_waiting: bool) -> Iterator[tuple[Any, Any]]:
        """Yield bounds of primary keys with ``size`` rows between them, the last one open."""
        return key_ranges(self._within(None, None, is_waiting=is_waiting), size=size)

    def count(self, *, is_waiting: bool) -> int:
        """Return the number of rows, or of those that wait."""
        return int(self._within(None, None, is_waiting=is_waiting).count())

    def judge(self, row: TwinRow) -> Verdict:
        """Return what the columns of ``row`` say of each other; only Verdict.EQUAL and EMPTY agree."""
        if self.is_clear_empty(row.clear):
            return Verdict.EMPTY if row.blob is None else Verdict.NOT_CLEAR
        try:
            expected = self.sealed.canonical(self.clear.to_python(row.clear))
        except SealedValueError:
            return Verdict.INVALID
        if row.blob is None:
            return Verdict.NOT_SEALED
        try:
            opened = self.sealed.open_blob(row.blob, binding=row.binding)
        except DecryptionError:
            return Verdict.UNREADABLE
        return Verdict.EQUAL if opened == expected else Verdict.DIFFERENT

    def is_clear_empty(self, value: object) -> bool:
        """Tell whether the clear column holds no value."""
        return self.sealed.is_empty(value)

    def follower(self, row: TwinRow) -> Any:  # noqa: ANN401 - a blob, or a clear value
        """Return what the follower of ``row`` has to hold.

        Raise DecryptionError on the way back for a sealed value that does not open.
        """
        if not self.seals:
            opened = None if row.blob is None else self.sealed.open_blob(row.blob, binding=row.binding)
            return clear_beside(self.clear, self.sealed, opened)
        if self.is_clear_empty(row.clear):
            return None
        try:
            return self.sealed.seal(self.clear.to_python(row.clear), binding=row.binding)
        except SealedValueError:
            return None

    def write(self, values: Sequence[tuple[TwinRow, Any]]) -> int:
        """Store the follower of each row that nobody wrote since it was read, and return how many those are.

        Inside the transaction that read the rows. The clear value is no part of the comparison: PostgreSQL tells
        versions of a row apart by itself, and SQLite lets no one write between our reading and our writing (C7).
        """
        connection = connections[self.alias]
        if connection.vendor == "postgresql":
            return self._write_unnested(values)
        column, pk = self._names()
        table = connection.ops.quote_name(self.model._meta.db_table)
        key_of = self._pk.get_db_prep_value
        params = [(self._adapted(value), key_of(row.key, connection)) for row, value in values]
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE {pk} = %s", params)  # noqa: S608 - names of our own columns
        return len(params)

    def _write_unnested(self, values: Sequence[tuple[TwinRow, Any]]) -> int:
        connection = connections[self.alias]
        column, _ = self._names()
        table = connection.ops.quote_name(self.model._meta.db_table)
        array, value, given = self._array([value for _, value in values])
        with connection.cursor() as cursor:
            # SKIP LOCKED: whoever holds a row is writing both columns of it. Waiting for him could end in a deadlock,
            # and PostgreSQL might choose him as the victim.
            cursor.execute(
                f"WITH mine AS (SELECT t.ctid AS place, {value} AS value FROM {table} t"  # noqa: S608 - likewise
                f" JOIN unnest(string_to_array(%s, ' ')::tid[], string_to_array(%s, ' ')::xid[], {array})"
                " AS g(place, version, value) ON t.ctid = g.place"
                " WHERE t.xmin = g.version FOR NO KEY UPDATE OF t SKIP LOCKED)"
                f" UPDATE {table} t SET {column} = mine.value FROM mine WHERE t.ctid = mine.place",
                [" ".join([row.place for row, _ in values]), " ".join([row.version for row, _ in values]), given],
            )
            return int(cursor.rowcount)

    def _array(self, followers: Sequence[Any]) -> tuple[str, str, Any]:
        """Return SQL for an array of followers and for one of them, and the array's parameter.

        Blobs are one text of digits: the driver would quote each of them by itself.
        """
        if self.seals:
            digits = " ".join([blob.hex() if blob else "" for blob in followers])
            return "string_to_array(%s, ' ', '')", "decode(g.value, 'hex')", digits
        array_type = _array_type(self.clear, connections[self.alias])
        return f"%s::{array_type}[]", "g.value", [self._adapted(value) for value in followers]

    @property
    def _pk(self) -> "Field[Any, Any]":
        return self.model._meta.pk

    def _adapted(self, value: Any) -> Any:  # noqa: ANN401 - a blob or a clear value
        return value if self.seals else self.clear.get_db_prep_save(value, connections[self.alias])

    def _names(self) -> Sequence[str]:
        quoted = connections[self.alias].ops.quote_name
        return quoted(str((self.sealed if self.seals else self.clear).column)), quoted(str(self._pk.column))

    def _system(self, column: str) -> Any:  # noqa: ANN401 - an expression
        if connections[self.alias].vendor != "postgresql":
            return Value("", output_field=TextField())
        table = connections[self.alias].ops.quote_name(self.model._meta.db_table)
        return RawSQL(f"{table}.{column}", (), output_field=TextField())  # noqa: S611 - names of our own

    def _within(self, after: Any, until: Any, *, is_waiting: bool) -> Any:  # noqa: ANN401 - a queryset
        rows = self.model._base_manager.using(self.alias).order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        if until is not None:
            rows = rows.filter(pk__lte=until)
        return rows.filter(self._waiting()) if is_waiting else rows

    def _waiting(self) -> Q:
        no_clear = Q((f"{self.clear.name}__isnull", True))
        if self.clear.empty_strings_allowed and self.is_clear_empty(""):
            no_clear |= Q((self.clear.name, ""))
        unsealed = Q((f"{self.sealed.name}__isnull", True))
        return ~no_clear & unsealed if self.seals else no_clear & ~unsealed


def _blob(value: Any) -> bytes | None:  # noqa: ANN401 - as the field loads it
    return value.blob() if value else None


def key_ranges(rows: Any, *, size: int) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - a queryset ordered by primary key
    """Yield bounds of primary keys, excluded and included, with ``size`` rows between them; the last one is open."""
    after = None
    while True:
        beyond = rows if after is None else rows.filter(pk__gt=after)
        until = next(iter(beyond.values_list("pk", flat=True)[size - 1 : size]), None)
        yield after, until
        if until is None:
            return
        after = until


def _array_type(field: "Field[Any, Any]", connection: Any) -> str:  # noqa: ANN401 - a wrapper
    return str(field.rel_db_type(connection) if hasattr(field, "rel_db_type") else field.db_type(connection))
