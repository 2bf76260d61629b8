"""System checks of the encryption domain that look at the whole project: migrations and admin sites."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP

from hardening.encryption.census import sealed_fields
from hardening.encryption.frozen_ids import frozen_ids, is_continued, migrations_on_disk
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.twins import Twins, twins_of

E010 = "hardening_encryption.E010"
"""A migration changes a field id."""
E011 = "hardening_encryption.E011"
"""A model's field id is not the one in its migrations."""
E012 = "hardening_encryption.E012"
"""An admin searches in ciphertext."""
E013 = "hardening_encryption.E013"
"""An admin filters by ciphertext."""
E014 = "hardening_encryption.E014"
"""An admin orders by ciphertext."""
E015 = "hardening_encryption.E015"
"""The part indexes of a column change places."""
E020 = "hardening_encryption.E020"
"""A migration alters a clear column into a sealed one, or back."""
E021 = "hardening_encryption.E021"
"""Twins name fields that cannot be twins."""

_PARTS_HINT = "Add parts at the end of the list and take them away from its end, and run rotate_keys between the two."
_SEARCH_PREFIXES = "^=@"


def check_field_ids(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - what Django passes
    """Refuse a renamed column that would open none of its rows; found before ``migrate`` touches anything."""
    ids = frozen_ids(migrations_on_disk())
    found: list[checks.CheckMessage] = [
        checks.Error(
            f"Migration {migration} changes the field id of {'.'.join(column)}: its rows would open no more.",
            hint=f"Write field_id={known!r} on the field in the model, and delete the AlterField.",
            id=E010,
        )
        for migration, column, known, _changed in ids.changes
    ]
    found += [
        checks.Error(
            f"Migration {migration} changes {'.'.join(column)} in place between clear and sealed: no row would open.",
            hint="Delete the AlterField, add the sealed field beside the clear one, and use seal_column.",
            id=E020,
        )
        for migration, column in ids.in_place
    ]
    found += [
        checks.Error(
            f"Migration {migration} exchanges part indexes of {'.'.join(column)}: rows keep those of the parts before.",
            hint=_PARTS_HINT,
            id=E015,
        )
        for migration, column in ids.exchanged
    ]
    for field in sealed_fields():
        column = (field.model._meta.app_label, str(field.model._meta.model_name), field.name.lower())
        known = ids.by_column.get(column, field.field_id)
        if known != field.field_id:
            message = f"The field id of {field} is {field.field_id!r}, and its rows were sealed under {known!r}."
            found.append(checks.Error(message, hint=f"Write field_id={known!r} on the field.", obj=field, id=E011))
        if not is_continued(ids.parts.get(column, ()), tuple(part.function for part in field.parts)):
            message = f"{field} lists its parts in another order, or others, than its rows have indexes of."
            found.append(checks.Error(message, hint=_PARTS_HINT, obj=field, id=E015))
    return found


def check_twins(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Refuse twins that no write could keep in step."""
    pairs = [(model, twins) for model in apps.get_models() for twins in twins_of(model)]
    return [
        checks.Error(
            f"{model._meta.label} keeps {twins.clear} and {twins.sealed} in step, and {wrong}.",
            hint="Name a clear field and a sealed one of this model; a sealed text takes blank=True, a date null=True.",
            obj=model,
            id=E021,
        )
        for model, twins in pairs
        if (wrong := _wrong_with(model, twins))
    ]


def _wrong_with(model: type[Model], twins: Twins) -> str:
    try:
        clear, sealed = twins.columns(model)
    except FieldDoesNotExist:
        return "one of them does not exist"
    if not isinstance(sealed, SealedField) or isinstance(clear, SealedField) or not clear.concrete:
        return "they are not a clear field and a sealed one"
    if twins.leading == "clear" and not sealed.null:
        return f"{sealed.name} cannot be empty while rows wait to be sealed"
    if clear.empty_strings_allowed and not clear.null and sealed.null and not sealed.is_empty(""):
        return f"{clear.name} has one way to be empty and {sealed.name} has two"
    return ""


def check_admins(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Refuse admin options that would search, filter or order by ciphertext, or put a number into an address."""
    if not apps.is_installed("django.contrib.admin"):
        return []
    from django.contrib.admin.sites import all_sites  # noqa: PLC0415 - optional app

    registered = [pair for site in all_sites for pair in site._registry.items()]  # noqa: SLF001 - no public way
    return [found for model, admin in registered for found in _check_admin(model, admin)]


def _check_admin(model: type[Model], admin: Any) -> Iterator[checks.CheckMessage]:  # noqa: ANN401 - a ModelAdmin
    options = (
        (E012, "search_fields", [name.lstrip(_SEARCH_PREFIXES) for name in admin.search_fields]),
        (E013, "list_filter", [name for item in admin.list_filter for name in _filtered(item)]),
        (E014, "ordering", [name.lstrip("-") for name in admin.ordering or () if isinstance(name, str)]),
        (E014, "list_display without sortable_by", _sortable(admin)),
    )
    for check_id, option, names in options:
        for field in filter(None, (_sealed_at(model, name) for name in names)):
            hint = f"Remove {field.name!r}; a `?q=` or `?o=` over it would be wrong, and land in logs."
            if check_id == E012:
                hint += " hardening.SealedSearchMixin searches it by a form that is posted."
            message = f"{type(admin).__name__}.{option} names {field}, which is sealed."
            yield checks.Error(message, hint=hint, obj=type(admin), id=check_id)


def _filtered(item: Any) -> Iterator[str]:  # noqa: ANN401 - a name, a pair or a class
    if isinstance(item, (tuple, list)):
        item = item[0]
    if isinstance(item, str):
        yield item


def _sortable(admin: Any) -> list[str]:  # noqa: ANN401 - a ModelAdmin
    allowed = admin.list_display if admin.sortable_by is None else admin.sortable_by
    return [name for name in admin.list_display if isinstance(name, str) and name in allowed]


def _sealed_at(model: type[Model], path: str) -> SealedField | None:
    current: Any = model
    for name in path.split(LOOKUP_SEP):
        try:
            found = current._meta.get_field(name)
        except FieldDoesNotExist:
            return None  # a method, an annotation, or the lookup at the end
        if isinstance(found, SealedField):
            return found
        if not found.is_relation:
            return None
        current = found.related_model
    return None
