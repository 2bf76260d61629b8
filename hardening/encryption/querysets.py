"""Querysets over sealed fields: every write gives each row a blob of its own (D6)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.db.models import Case, Model, QuerySet, Value, When

from hardening.encryption.binding import encode_binding
from hardening.encryption.literals import BlobPerRow, literal_of
from hardening.encryption.refusals import SealedWriteError, use_refused
from hardening.encryption.sealed import Sealed
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.twins import twins_in_rows, twins_in_update

Row = TypeVar("Row", bound=Model)

_BATCH_ROWS = 300
"""Three parameters a row stay below the 999 of old SQLite builds."""


class SealedQuerySet(QuerySet[Row, Row]):
    """The queryset of models with sealed fields; use ``SealedQuerySet.as_manager()`` as default and base manager."""

    def update(self, **kwargs: Any) -> int:  # noqa: ANN401 - Django's values
        """Update rows; a sealed value locks the rows and is sealed for each of them.

        One blob for all rows would open on none. "No value" is the same for all, and stays one statement.

        Raise SealedWriteError for expressions other than Value, and Case or Cast of values.
        """
        kwargs = twins_in_update(self.model, kwargs)
        sealed = {}
        for name in list(kwargs):
            field = self.model._meta.get_field(name)
            if not isinstance(field, SealedField):
                continue
            value = kwargs[name] if isinstance(kwargs[name], Case) else literal_of(kwargs[name], field=field)
            if isinstance(value, Sealed):
                raise SealedWriteError(f"{field}: another row's sealed value would not open here; pass the plain value")
            if field.is_empty(value):
                kwargs[name] = "" if field.empty_is_text and value == "" else None
                if value is None and field.empty_is_text:
                    raise SealedWriteError(f"{field} spells none as '', not as None")
            else:
                sealed[field] = kwargs.pop(name)
        if not sealed:
            return super().update(**kwargs)
        self._not_support_combined_queries("update")  # type: ignore[attr-defined]  # Django's own
        if self.query.is_sliced:
            raise TypeError("Cannot update a query once a slice has been taken.")
        return self._update_each(sealed, kwargs)

    update.alters_data = True  # type: ignore[attr-defined]  # Django's marker for templates

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Update rows, sealing each value for its own row.

        Raise SealedWriteError if an object's value belongs to another row.
        """
        rows = list(objs)
        names = twins_in_rows(self.model, rows, list(fields))
        sealed = [field for field in map(self.model._meta.get_field, names) if isinstance(field, SealedField)]
        plain = [name for name in names if not isinstance(self.model._meta.get_field(name), SealedField)]
        if not sealed:
            return super().bulk_update(rows, plain, batch_size)
        if any(row.pk is None for row in rows):
            raise ValueError("All bulk_update() objects must have a primary key set.")
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            if plain:
                # Past our update(): it would seal the followers of twins a second time.
                past: QuerySet[Row] = QuerySet(self.model, query=self.query.chain(), using=self.db)
                past.bulk_update(rows, plain, batch_size)
            blobs = {row.pk: {field: _blob_of(field, row) for field in sealed} for row in rows}
            return self.using(self.db).write_blobs(blobs, {}, batch_rows=batch_size or _BATCH_ROWS)

    bulk_update.alters_data = True  # type: ignore[attr-defined]  # likewise

    def bulk_create(  # noqa: PLR0913, PLR0917 - as Django's
        self,
        objs: Iterable[Row],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        update_conflicts: bool = False,  # noqa: FBT001, FBT002 - likewise
        update_fields: Sequence[str] | None = None,  # type: ignore[override]  # stubs say Collection
        unique_fields: Sequence[str] | None = None,  # type: ignore[override]  # likewise
    ) -> list[Row]:
        """Insert rows. On a conflict sealed values may replace only those of the row with the same key.

        Raise SealedWriteError otherwise: the stored row has another key, on which the new blob would not open.
        """
        rows = list(objs)
        twins_in_rows(self.model, rows, None)
        if update_conflicts:
            update_fields = twins_in_rows(self.model, rows, list(update_fields or ()))
            self._require_same_row(update_fields, unique_fields or ())
        return super().bulk_create(
            rows,
            batch_size=batch_size,
            ignore_conflicts=ignore_conflicts,
            update_conflicts=update_conflicts,
            update_fields=update_fields,
            unique_fields=unique_fields,
        )

    bulk_create.alters_data = True  # type: ignore[attr-defined]  # likewise

    def in_bulk(self, id_list: Iterable[Any] | None = None, *, field_name: str = "pk") -> dict[Any, Row]:
        """Return rows by a unique clear column."""
        if field_name != "pk" and isinstance(self.model._meta.get_field(field_name), SealedField):
            raise use_refused(
                self.model._meta.get_field(field_name), "it cannot key a dict", f"filter by {field_name}__in"
            )
        return super().in_bulk(id_list, field_name=field_name)

    def dates(self, field_name: str, kind: Any, order: Any = "ASC") -> Any:  # noqa: ANN401 - as Django's
        """Return the distinct dates of a clear column."""
        if isinstance(self.model._meta.get_field(field_name), SealedField):
            raise use_refused(
                self.model._meta.get_field(field_name), "it has no dates to list", "keep a coarse clear column"
            )
        return super().dates(field_name, kind, order)

    def _require_same_row(self, update_fields: Sequence[str], unique_fields: Sequence[str]) -> None:
        meta = self.model._meta
        for field in map(meta.get_field, update_fields):
            if not isinstance(field, SealedField):
                continue
            conflict = {meta.pk.name if name == "pk" else name for name in unique_fields}
            if conflict != {meta.get_field(field.binding_name).name}:
                raise SealedWriteError(
                    f"{field}: a conflict on {', '.join(sorted(conflict))} would write a value sealed for the new row "
                    "into the stored one; use update_or_create(), or bulk_update() on the rows that exist"
                )

    def _update_each(self, sealed: Mapping[SealedField, Any], plain: dict[str, Any]) -> int:
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            chosen = {field: _Choice(field, value) for field, value in sealed.items()}
            branches = {f"_hardening_{field.name}": choice.branch for field, choice in chosen.items()}
            bindings = dict.fromkeys(field.binding_name for field in sealed)
            locked = self._lockable().select_for_update(of=("self",)).annotate(**branches)
            rows = list(locked.values("pk", *(name for name in bindings if name != "pk"), *branches))
            blobs = {
                row["pk"]: {
                    field: choice.blob(row[f"_hardening_{field.name}"], encode_binding(row[field.binding_name]))
                    for field, choice in chosen.items()
                }
                for row in rows
            }
            everything = self.model._base_manager.using(self.db).all()
            return cast("SealedQuerySet[Row]", everything).write_blobs(blobs, plain, batch_rows=_BATCH_ROWS)

    def _lockable(self) -> "SealedQuerySet[Row]":
        """Return these rows as a query that may lock: PostgreSQL refuses it beside DISTINCT and GROUP BY."""
        if not (self.query.distinct or self.query.group_by):
            return self.order_by()
        rows = cast("SealedQuerySet[Row]", self.model._base_manager.using(self.db).all())
        return rows.filter(pk__in=self.order_by().values("pk"))

    def write_blobs(
        self, blobs: Mapping[Any, Mapping[SealedField, bytes | None]], plain: dict[str, Any], *, batch_rows: int
    ) -> int:
        """Store blobs by primary key, each batch in one statement."""
        written = 0
        keys = list(blobs)
        for start in range(0, len(keys), batch_rows):
            batch = keys[start : start + batch_rows]
            columns: dict[str, Any] = {
                # Cast, because a Case of nothing but NULL is text to PostgreSQL.
                field.name: BlobPerRow(
                    Case(*(When(pk=key, then=_blob_value(blobs[key][field])) for key in batch)), models.BinaryField()
                )
                for field in blobs[batch[0]]
            }
            written += QuerySet.update(self.filter(pk__in=batch), **columns, **plain)
        return written


class _Choice:
    """Which plain value each row gets: one for all, or one per branch of a Case that the database decides."""

    def __init__(self, field: SealedField, value: Any) -> None:  # noqa: ANN401 - a literal, Value, Cast or Case
        self.field = field
        if not isinstance(value, Case):
            self._values = [literal_of(value, field=field)]
            self.branch: Any = Value(0)
            return
        *whens, default = value.get_source_expressions()
        self._values = [literal_of(when.result, field=field) for when in whens] + [literal_of(default, field=field)]
        self.branch = Case(
            *(When(when.condition, then=Value(number)) for number, when in enumerate(whens)),
            default=Value(len(whens)),
            output_field=models.IntegerField(),
        )

    def blob(self, branch: int, binding: bytes) -> bytes | None:
        value = self._values[branch]
        if isinstance(value, Sealed):
            raise SealedWriteError(
                f"{self.field}: another row's sealed value would not open here; pass the plain value"
            )
        return None if self.field.is_empty(value) else self.field.seal(value, binding=binding)


def _blob_of(field: SealedField, row: Model) -> bytes | None:
    value = field.pre_save(row, add=False)
    if value is None and field.empty_is_text:
        raise SealedWriteError(f"{field} spells none as '', not as None")
    return value.blob() if isinstance(value, Sealed) else None


def _blob_value(blob: bytes | None) -> Value:
    return Value(blob, output_field=models.BinaryField())
