"""Uniqueness of sealed values: built on the companion, reported under the field that the person typed into (D7)."""

from collections.abc import Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Field, Model, Q, UniqueConstraint

from hardening.encryption.sealed_field import SealedField


class SealedUniqueConstraint(UniqueConstraint):
    """UniqueConstraint for field lists that name sealed fields, with or without a condition.

    The database compares companions, since no two blobs are equal. ``validate`` looks values up by their index
    and puts the error under the sealed field, with ``violation_error_code`` and message as for any constraint.
    """

    def __init__(self, *, fields: Sequence[str], name: str, condition: Q | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(fields=fields, name=name, condition=condition, **kwargs)

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return the constraint on the companions."""
        return self._on_companions(model).constraint_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return the statement that creates it."""
        return self._on_companions(model).create_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:  # noqa: ANN401 - as Django's
        """Return the statement that drops it."""
        return self._on_companions(model).remove_sql(model, schema_editor)

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,  # noqa: ANN401 - as Django's
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Raise ValidationError, under the first sealed field, if another row has these values."""
        excluded = set(exclude or ())
        if excluded & {*self.fields, *self._condition_fields()}:
            return
        wanted = {name: getattr(instance, _column(model, name).attname) for name in self.fields}
        # As in SQL: NULL, and the empty value that is stored as NULL, equals nothing.
        if any(value is None or (value == "" and self._is_sealed(model, name)) for name, value in wanted.items()):
            return
        if self.condition is not None:
            against = instance._get_field_expression_map(meta=model._meta, exclude=excluded)  # type: ignore[attr-defined]  # noqa: SLF001
            if not self.condition.check(against, using=using):
                return
        rows = model._default_manager.using(using).filter(**wanted)
        if self.condition is not None:
            rows = rows.filter(self.condition)
        if not instance._state.adding and instance.pk is not None:
            rows = rows.exclude(pk=instance.pk)
        if rows.exists():
            raise ValidationError({self._reported_field(model): [self._violation(instance, model)]})

    def _violation(self, instance: Model, model: type[Model]) -> ValidationError:
        if self.violation_error_message != self.default_violation_error_message:
            return ValidationError(self.get_violation_error_message(), code=self.violation_error_code)
        error = instance.unique_error_message(model, tuple(self.fields))
        error.code = self.violation_error_code or error.code
        return error

    def _reported_field(self, model: type[Model]) -> str:
        return next(name for name in self.fields if self._is_sealed(model, name))

    def _condition_fields(self) -> list[str]:
        return [ref[0].split("__")[0] for ref in Model._get_expr_references(self.condition)] if self.condition else []  # type: ignore[attr-defined]  # noqa: SLF001

    @staticmethod
    def _is_sealed(model: type[Model], name: str) -> bool:
        return isinstance(_column(model, name), SealedField)

    def _on_companions(self, model: type[Model]) -> UniqueConstraint:
        columns = [_companion_or_itself(_column(model, name)) for name in self.fields]
        return UniqueConstraint(
            fields=columns,
            name=self.name,
            condition=self.condition,
            deferrable=self.deferrable,
            include=self.include,  # type: ignore[attr-defined]  # missing in the stubs
            nulls_distinct=self.nulls_distinct,
        )


def _column(model: type[Model], name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _companion_or_itself(field: "Field[Any, Any]") -> str:
    return field.companion_name if isinstance(field, SealedField) else field.name
