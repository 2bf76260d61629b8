"""System checks of the encryption domain, field by field; those across the project are in ``project_checks``."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from hardening.encryption.parts import MOST_BITS, bits_told

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

E001 = "hardening_encryption.E001"
"""A sealed field has nothing to bind its rows to."""
E002 = "hardening_encryption.E002"
"""A sealed field is bound to a column that can change or repeat."""
E003 = "hardening_encryption.E003"
"""A model with sealed fields has another manager."""
E004 = "hardening_encryption.E004"
"""A constraint or index compares ciphertext."""
E005 = "hardening_encryption.E005"
"""A model is ordered by ciphertext."""
E006 = "hardening_encryption.E006"
"""A part index has no written reason."""
E007 = "hardening_encryption.E007"
"""The part indexes of one column cut people into groups that are too small."""
W001 = "hardening_encryption.W001"
"""What the part indexes of a column tell; said of each, always."""


def check_field(field: "SealedField") -> list[checks.CheckMessage]:
    """Return what is wrong with one field's declaration and with what its model does with it."""
    return [
        *_check_binding(field),
        *_check_managers(field),
        *_check_comparisons(field),
        *_check_ordering(field),
        *_check_parts(field),
    ]


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
            f"The {role} manager of {meta.label} is not made from SealedQuerySet: update() cannot seal {field.name}.",
            hint=hint,
            obj=field,
            id=E003,
        )
        for role, manager, hint in (
            ("default", meta.default_manager, "Declare `objects = SealedQuerySet.as_manager()` first."),
            ("base", meta.base_manager, 'Set `base_manager_name = "objects"` in Meta.'),
        )
        if manager is None or not issubclass(getattr(manager, "_queryset_class", models.QuerySet), SealedQuerySet)
    ]


def _check_comparisons(field: "SealedField") -> list[checks.CheckMessage]:
    from hardening.encryption.constraints import SealedUniqueConstraint  # noqa: PLC0415 - it knows fields

    meta = field.model._meta
    compared: list[tuple[str, Iterable[str]]] = [("unique_together", names) for names in meta.unique_together]
    compared += [(f"index {index.name}", (name.lstrip("-") for name in index.fields)) for index in meta.indexes]
    compared += [
        (f"constraint {constraint.name}", constraint.fields)
        for constraint in meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and not isinstance(constraint, SealedUniqueConstraint)
    ]
    return [
        checks.Error(
            f"{meta.label}: {what} compares the ciphertext of {field.name}, and no two blobs are equal.",
            hint=f"Use SealedUniqueConstraint; for an index name {field.companion_name}.",
            obj=field,
            id=E004,
        )
        for what, names in compared
        if field.name in names
    ]


def _check_ordering(field: "SealedField") -> list[checks.CheckMessage]:
    names = [item for item in field.model._meta.ordering or () if isinstance(item, str)]
    if field.name not in {name.lstrip("-") for name in names}:
        return []
    return [
        checks.Error(f"{field.model._meta.label} is ordered by the ciphertext of {field.name}.", obj=field, id=E005)
    ]


def _check_parts(field: "SealedField") -> list[checks.CheckMessage]:
    if not field.parts:
        return []
    each = ", ".join(f"{part.name} up to {part.bits:.1f}" for part in field.parts)
    bits = bits_told(field.parts)
    known = f"{field}: its part indexes tell whoever reads the table these bits of each value: {each}"
    hint = "Weigh it with what stands clear in the row; silence this id where that is written down."
    found: list[checks.CheckMessage] = [
        checks.Warning(f"{known}. Together up to {bits:.1f} bits: 1 in {2**bits:,.0f}.", hint=hint, obj=field, id=W001)
    ]
    found += [
        checks.Error(
            f"{field}: nobody has written down what the part index {part.name} is needed for.",
            hint="Write a sentence in `reason=`: it weakens the column for everybody in it.",
            obj=field,
            id=E006,
        )
        for part in field.parts
        if not part.reason.strip()
    ]
    if bits > MOST_BITS:
        message = f"{known}. Together {bits:.1f} bits single people out; {MOST_BITS} are the most."
        found.append(checks.Error(message, hint="Take one of the parts away.", obj=field, id=E007))
    return found
