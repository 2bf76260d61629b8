"""How many people a response asked for: each number once, and each match as well."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID


class Searches:
    """Counts questions of existence: an attacker must not put a thousand of them into one disclosure.

    A number asked for again tells nothing new and is free; another guess at the birth date of the same number is
    a match of its own. Conditions of one match on several fields are one question.
    """

    def __init__(self) -> None:
        self._known: set[tuple[str, UUID]] = set()
        self._in_match: dict[str, int] | None = None
        self._paid_in_match = 0

    @contextmanager
    def matching(self) -> Iterator[None]:
        """Stand inside a match, which has been paid as one question."""
        self._in_match, self._paid_in_match = {}, 1
        try:
            yield
        finally:
            self._in_match = None

    def unpaid(self, *, field: str, indexes: Collection[UUID]) -> int:
        """Return how many questions these values are beyond those paid, and take them as paid."""
        new = {(field, index) for index in indexes} - self._known
        self._known |= new
        if self._in_match is None:
            return len(new)
        self._in_match[field] = self._in_match.get(field, 0) + len(new)
        unpaid = max(0, max(self._in_match.values()) - self._paid_in_match)
        self._paid_in_match += unpaid
        return unpaid
