from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from hardening import disclosing
from hardening.errors import NotDisclosedError
from hardening.subjects import SubjectId

CLAIRE = SubjectId(UUID("00030000-0000-4000-8000-00000000c1a1"))
"""The subject of Claire Martin's record."""


@dataclass
class RightsCheck:
    """An active disclosure of one person, that remembers what was opened."""

    subject: SubjectId | None = CLAIRE
    fields: frozenset[str] = frozenset({"nir", "birth_date"})
    purpose: str = "rights_check"
    opened: list[str] = field(default_factory=list)
    searches: int = 0

    def permit_opening(self, *, subject: SubjectId | None, field: str) -> None:
        if subject != self.subject or field not in self.fields:
            raise NotDisclosedError(f"{field} is not of this disclosure")
        self.opened.append(field)

    def note_search(self, *, field: str, indexes: Collection[UUID]) -> None:  # noqa: ARG002 - the Protocol's
        self.searches += len(indexes)


@pytest.fixture
def rights_check() -> Iterator[RightsCheck]:
    disclosure = RightsCheck()
    with disclosing.activate(disclosure):
        yield disclosure


@pytest.fixture
def someone() -> UUID:
    return uuid4()
