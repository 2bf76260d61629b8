"""Read a record through its declared fields: who it is about, who answers for it, what kinds of data are shown."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist

from hardening.errors import HardeningError
from hardening.subjects import SubjectId

SEPARATOR = "__"


class UndeclaredSubjectError(HardeningError):
    """A record does not say whom it is about, so it cannot be charged and is not shown."""


def subject_of(record: Any) -> SubjectId:  # noqa: ANN401 - any model's instance
    """Return the person of ``record``: its model names the column in ``sealed_subject``.

    Raise UndeclaredSubjectError when it does not, or when the column is empty.
    """
    column = getattr(record, "sealed_subject", "")
    subject = getattr(record, column, None) if column else None
    if not isinstance(subject, UUID):
        raise UndeclaredSubjectError(f"{type(record).__name__} needs sealed_subject and a subject in that column")
    return SubjectId(subject)


def controller_of(record: Any) -> str:  # noqa: ANN401 - any model's instance
    """Return who answers for the data of ``record`` (its insurer), empty where its model does not say.

    The model names the way in ``disclosure_controller``, such as ``"contract__insurer_id"``: after an incident
    each controller tells its own members.
    """
    path = getattr(record, "disclosure_controller", "")
    return str(value_at(record, path)) if path else ""


def value_at(record: Any, path: str) -> Any:  # noqa: ANN401 - whatever stands there
    """Return what stands at a path such as ``contract__number``."""
    for name in path.split(SEPARATOR):
        record = getattr(record, name)
    return record


def plain_at(record: Any, path: str) -> Any:  # noqa: ANN401 - the field's type
    """Return what stands at ``path``, opened where it is sealed."""
    value = value_at(record, path)
    reveal = getattr(value, "reveal", None)
    return value if reveal is None else reveal()


def field_classes(record: Any, paths: Iterable[str]) -> tuple[str, ...]:  # noqa: ANN401 - any model's instance
    """Return the kinds of data at these paths: a field's ``field_class``, else its own name."""
    return tuple(sorted({_field_class(record, path) for path in paths}))


def _field_class(record: Any, path: str) -> str:  # noqa: ANN401 - any model's instance
    *way, name = path.split(SEPARATOR)
    holder = value_at(record, SEPARATOR.join(way)) if way else record
    try:
        field = holder._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        return name
    return cast("str", getattr(field, "field_class", "") or name)
