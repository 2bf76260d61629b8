"""The length of a JSON array, as a database function."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, IntegerField
from django.db.models.sql.compiler import SQLCompiler


class JSONLength(Func):
    """Count the elements of a JSON array where it stands, instead of fetching half a million rows to count them."""

    function = "jsonb_array_length"
    arity = 1
    output_field = IntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:  # noqa: ANN401 - Django's
        """Name the function as SQLite does."""
        return self.as_sql(compiler, connection, function="json_array_length", **context)
