"""A number that opens only inside a disclosure."""

from typing import Any, ClassVar

from django.db import models

from benchmarks.encryption.measured import MeasuredPerson
from hardening.encryption.fields import SealedNirField
from hardening.encryption.querysets import SealedQuerySet


class Person(MeasuredPerson):
    """Unique by its blind index."""

    nir = SealedNirField(field_class="nir", unique=True)

    objects: ClassVar[models.Manager["Person"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def number(self) -> Any:  # noqa: ANN401 - the field's type
        """Return the plain number, as the gate opens it: the gate itself is measured with the pages."""
        return self.nir.open_ungated()
