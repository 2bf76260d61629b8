"""A column of a few counts: an array on PostgreSQL, whose functions compute with it, JSON text elsewhere."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Field = models.Field[tuple[int, ...], tuple[int, ...]]
else:
    _Field = models.Field


class CountsField(_Field):
    """A fixed number of integers, read and written whole."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type in the database."""
        return "bigint[]" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> tuple[int, ...]:  # noqa: ANN401, ARG002 - Django's signature
        """Return the counts."""
        return decoded(value)

    def get_db_prep_value(
        self,
        value: Sequence[int],
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002, ARG002 - Django's signature
    ) -> list[int] | str:
        """Return what the driver takes."""
        return list(value) if connection.vendor == "postgresql" else encoded(value)


def encoded(counts: Sequence[int]) -> str:
    """Return the counts as JSON."""
    return json.dumps(list(counts), separators=(",", ":"))


def decoded(value: list[int] | str) -> tuple[int, ...]:
    """Return the counts of what the driver gave."""
    return tuple(json.loads(value) if isinstance(value, str) else value)
