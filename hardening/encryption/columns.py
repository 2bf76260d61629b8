"""The column of a sealed field inside a query, and what a query may do with it."""

from typing import Any

from django.core.exceptions import FieldError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Col
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from hardening.encryption.refusals import SealedLookupError, use_refused

_EXAMINED = "_hardening_examined"


class SealedCol(Col):
    """A column of ciphertext. It can be selected and looked up; the query it stands in is read for anything else.

    Each blob is unique, so that ORDER BY, GROUP BY, DISTINCT and aggregates over it would run and be wrong.
    """

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Compile the column, unless the query uses one for more than its presence."""
        if not hasattr(compiler, _EXAMINED):
            refuse_misuse(compiler.query)
            setattr(compiler, _EXAMINED, True)
        sql, params = super().as_sql(compiler, connection)
        return sql, (*params,)


def refuse_misuse(query: Query) -> None:
    """Raise SealedLookupError, naming the alternative, if the query computes with a sealed column."""
    for annotation in query.annotations.values():
        if column := _sealed_in(annotation):
            raise _computed(column.target)
    _refuse_conditions(query.where)
    for item in query.order_by:
        if target := _ordered_by(item, query):
            raise use_refused(target, "it cannot be ordered by", "order by a clear column")
    for name in query.distinct_fields:
        if target := _named(name, query):
            raise _compared(target)
    selected = next((column.target for column in query.select if isinstance(column, SealedCol)), None)
    if selected is None:
        return
    if query.subquery:
        raise use_refused(selected, "a subquery of it would compare ciphertext", f"select {selected.name}_index")
    has_key = any(getattr(getattr(column, "target", None), "primary_key", False) for column in query.select)
    if not has_key and (query.distinct or isinstance(query.group_by, tuple)):
        raise _compared(selected)


def _refuse_conditions(node: Any) -> None:  # noqa: ANN401 - a node of a WHERE tree
    for child in getattr(node, "children", ()):
        if hasattr(child, "children"):
            _refuse_conditions(child)
        elif not isinstance(getattr(child, "lhs", None), SealedCol) and (column := _sealed_in(child)):
            # Some other column compared with this one; the field itself sees to its own look-ups.
            raise _computed(column.target)


def _computed(target: Any) -> SealedLookupError:  # noqa: ANN401 - a sealed field
    return use_refused(
        target, "no expression can be computed from it", "open the values inside a disclosure and compute with those"
    )


def _compared(target: Any) -> SealedLookupError:  # noqa: ANN401 - likewise
    return use_refused(target, "no two rows have the same ciphertext", f"use {target.name}_index")


def _ordered_by(item: Any, query: Query) -> Any:  # noqa: ANN401 - a sealed field or None
    if isinstance(item, str):
        return _named(item.lstrip("+-"), query)
    column = _sealed_in(item.resolve_expression(query)) if hasattr(item, "resolve_expression") else None
    return column and column.target


def _named(name: str, query: Query) -> Any:  # noqa: ANN401 - a sealed field or None
    try:
        final = query.names_to_path(name.split(LOOKUP_SEP), query.get_meta())[1]
    except FieldError:
        return None  # an annotation, or "?"
    return final if hasattr(final, "seal_for") else None


def _sealed_in(expression: Any) -> SealedCol | None:  # noqa: ANN401 - any node
    if not hasattr(expression, "flatten"):
        return None
    return next((node for node in expression.flatten() if isinstance(node, SealedCol)), None)
