"""Count SQL statements on every alias, so that a promise about round trips is exact."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

_TRANSACTION_WORDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")


@dataclass
class Statements:
    """What was sent: ``sql`` without transaction control (that is what the goals count), ``control`` apart."""

    sql: list[str] = field(default_factory=list)
    control: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many statements count."""
        return len(self.sql)

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: object,
        many: bool,  # noqa: FBT001 - Django's signature
        context: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - whatever the driver answers
        """Note one statement and let it pass (the shape of ``connection.execute_wrapper``)."""
        is_control = str(sql).lstrip().upper().startswith(_TRANSACTION_WORDS)
        (self.control if is_control else self.sql).append(str(sql))
        self.parameters.append(params)
        return execute(sql, params, many, context)


@contextmanager
def counted_statements() -> Iterator[Statements]:
    """Count what this thread sends to all aliases inside the block.

    ``executemany`` counts once: it is one call of the driver. Statements that a function of the database runs
    inside itself are not round trips and do not count.
    """
    statements = Statements()
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(statements))
        yield statements
