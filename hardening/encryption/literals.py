"""The plain value inside an expression, where there is one."""

from typing import Any

from django.db.models import Case, Value
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Cast

from hardening.encryption.refusals import SealedWriteError


class BlobPerRow(Cast):
    """A Case of blobs by primary key, each sealed for its row: the one expression that sealed columns take."""


def is_expression(value: object) -> bool:
    """Tell whether the database would compute ``value``."""
    return hasattr(value, "resolve_expression")


def literal_of(expression: Any, *, field: object) -> Any:  # noqa: ANN401 - any expression, any value
    """Return the literal of a Value, or of a Cast or wrapper around one; anything else but expressions as it is.

    Raise SealedWriteError for an expression that the database computes: it would be stored as its own text, or
    in clear.
    """
    if type(expression) is str:
        return expression  # nearly every value; the tests below cost more than all else of an assignment
    if isinstance(expression, (Cast, ExpressionWrapper)):
        return literal_of(expression.get_source_expressions()[0], field=field)
    if isinstance(expression, Value):
        return expression.value
    if isinstance(expression, Case):
        raise SealedWriteError(f"{field}: a Case is sealed by update() on the queryset, not on an instance")
    if is_expression(expression):
        raise SealedWriteError(f"{field} is sealed: the database cannot compute its value; pass the value itself")
    return expression
