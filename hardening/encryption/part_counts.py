"""Rows counted by a declared part of a sealed value, with the groups named: statistics that open nothing."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Count, Model, QuerySet
from django.db.models.constants import LOOKUP_SEP

from hardening.encryption.existence import require_part_look_up
from hardening.encryption.parts import PartIndex
from hardening.encryption.refusals import SealedLookupError
from hardening.encryption.sealed_field import SealedField

Part = TypeVar("Part", bound=Hashable)


def count_by_part(rows: QuerySet[Any], path: str, *, among: Iterable[Part]) -> dict[Part | None, int]:
    """Return how many of ``rows`` have each part, as ``count_by_part(rows, "nir__birth_year", among=range(100))``.

    The database groups indexes; only their names are made here, from the parts in ``among``. Under None are counted
    the rows whose part is not among them, and those without the index. Parts that no row has are left out.

    Raise SealedLookupError if ``path`` ends in no declared part, SealedValueError for a part that is none,
    NotDisclosedError in a request that may not ask.
    """
    field, part = _declared(rows.model, path)
    names: dict[UUID, Part] = {}
    for name in among:
        names |= {UUID(bytes=index): name for index in field.part_indexes_of(part, name)}
    require_part_look_up(field, indexes=list(names))
    groups = rows.order_by().values_list(path).annotate(rows_of_part=Count("pk"))
    counted: Counter[Part | None] = Counter()
    for index, number in groups:
        # Added up: while an index key is rotated, one part has two indexes.
        counted[names.get(index)] += number
    return dict(counted)


def _declared(model: type[Model], path: str) -> tuple[SealedField, PartIndex]:
    *relations, column, name = path.split(LOOKUP_SEP)
    for relation in relations:
        model = cast("type[Model]", model._meta.get_field(relation).related_model)
    field = model._meta.get_field(column)
    part = field.part_named(name) if isinstance(field, SealedField) else None
    if part is None:
        raise SealedLookupError(f"{path} is no declared part of a sealed field")
    return cast("SealedField", field), part
