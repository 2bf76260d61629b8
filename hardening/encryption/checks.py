"""System checks of the encryption domain."""

from typing import TYPE_CHECKING

from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

E001 = "hardening_encryption.E001"
"""A sealed field has nothing to bind its rows to."""
E002 = "hardening_encryption.E002"
"""A sealed field is bound to a column that can change or repeat."""
E003 = "hardening_encryption.E003"
"""A model with sealed fields has another manager."""


def check_field(field: "SealedField") -> list[checks.CheckMessage]:
    """Return what is wrong with one field's declaration."""
    return [*_check_binding(field), *_check_managers(field)]


def _check_binding(field: "SealedField") -> list[checks.CheckMessage]:
    if not field.binding_name:
        message = f"{field} has nothing to bind its rows to: the primary key is not known before INSERT."
        hint = "Make the primary key a UUIDField, or add `seal_id = SealIdField()` to the model."
        return [checks.Error(message, hint=hint, obj=field, id=E001)]
    try:
        column = field.model._meta.get_field(field.binding_name)
    except FieldDoesNotExist:
        return [checks.Error(f"{field} is bound to {field.binding_name!r}, which does not exist.", obj=field, id=E002)]
    is_known_early = not isinstance(column, models.AutoField)
    if not (isinstance(column, models.Field) and column.unique and not column.null and is_known_early):
        message = f"{field} is bound to {field.binding_name!r}, which is not unique, required and set by Python."
        return [checks.Error(message, hint="Bind it to a UUID column with a default.", obj=field, id=E002)]
    return []


def _check_managers(field: "SealedField") -> list[checks.CheckMessage]:
    from hardening.encryption.querysets import SealedQuerySet  # noqa: PLC0415 - it knows fields

    meta = field.model._meta
    return [
        checks.Error(
            f"The {role} manager of {meta.label} is not made from SealedQuerySet: update() would store plain values.",
            hint=hint,
            obj=field.model,
            id=E003,
        )
        for role, manager, hint in (
            ("default", meta.default_manager, "Declare `objects = SealedQuerySet.as_manager()` first."),
            ("base", meta.base_manager, 'Set `base_manager_name = "objects"` in Meta.'),
        )
        if manager is None or not issubclass(getattr(manager, "_queryset_class", models.QuerySet), SealedQuerySet)
    ]
