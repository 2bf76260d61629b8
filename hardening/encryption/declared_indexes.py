"""What a sealed field says of its indexes: that of the whole value, those of its parts, and their columns."""

from collections.abc import Sequence
from typing import ClassVar, cast

from django.db import models

from hardening.encryption.companions import SealedIndexField
from hardening.encryption.envelope import MOST_PARTS
from hardening.encryption.parts import PartIndex


class DeclaredIndexes(models.Field):  # type: ignore[type-arg]  # generic in the stubs only
    """The indexes of a sealed column."""

    normaliser: ClassVar[str] = "text.1"
    indexed: bool
    """Whether the whole value has an index."""
    is_unique: bool
    parts: tuple[PartIndex, ...]
    """In the order of the blob, behind the index of the whole value."""
    field_id: str
    given_domain: str
    """What fields share whose indexes can be joined; "" where it is this field alone."""

    @property
    def companion_name(self) -> str:
        """Return the name of the column that holds the blind index."""
        return f"{self.name}_index"

    @property
    def companion(self) -> SealedIndexField:
        """Return that column."""
        return cast("SealedIndexField", self.model._meta.get_field(self.companion_name))

    def part_companion_name(self, part: PartIndex) -> str:
        """Return the name of the column that holds the index of a part."""
        return f"{self.name}_{part.name}_index"

    @property
    def companions(self) -> tuple[SealedIndexField, ...]:
        """Return the columns of all indexes, in the order of the blob."""
        names = [*[self.companion_name] * self.indexed, *map(self.part_companion_name, self.parts)]
        return tuple(cast("SealedIndexField", self.model._meta.get_field(name)) for name in names)

    def part_named(self, name: str) -> PartIndex | None:
        """Return the declared part of this name, or None."""
        return next((part for part in self.parts if part.name == name), None)

    def slot_of(self, part: PartIndex) -> int:
        """Return the place of a part's index among the indexes of a blob."""
        return self.indexed + self.parts.index(part)

    @property
    def index_domain(self) -> str:
        """Return which fields this one's index is comparable with, and by which normaliser."""
        return f"{self._domain}/{self.normaliser}"

    @property
    def index_domains(self) -> tuple[str, ...]:
        """Return that of each index, in the order of the blob; a part's ends with the function that takes it out."""
        of_parts = (f"{self._domain}/{part.function}" for part in self.parts)
        return (self.index_domain, *of_parts) if self.indexed else (*of_parts,)

    @property
    def _domain(self) -> str:
        return self.given_domain or self.field_id

    def accepted_parts(self, parts: Sequence[PartIndex]) -> tuple[PartIndex, ...]:
        """Return the parts.

        Raise ValueError for those that this kind of value does not have, or the format no room for.
        """
        if len(parts) > MOST_PARTS or len({part.name for part in parts}) != len(parts):
            raise ValueError(f"{type(self).__name__}: at most {MOST_PARTS} parts, each once")
        for part in parts:
            if self.normaliser not in part.rule.normalisers:
                raise ValueError(f"{type(self).__name__}: its values have no part {part.function}")
        return tuple(parts)

    def companions_to_add(self) -> dict[str, SealedIndexField]:
        """Return the columns that the model gets beside this one, by their names."""
        whole = SealedIndexField(source=self.name, db_index=not self.is_unique)
        return ({self.companion_name: whole} if self.indexed else {}) | {
            self.part_companion_name(part): SealedIndexField(source=self.name, part=number, beside_whole=self.indexed)
            for number, part in enumerate(self.parts, start=1)
        }
