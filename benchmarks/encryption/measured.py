"""What every contestant's table has in common, so that only the column differs."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models


class MeasuredPerson(models.Model):
    """A person with a UUID primary key and one number, in a column ``nir`` of the subclass."""

    CAN_LOOK_UP: ClassVar[bool] = True
    """Whether the package answers an equality look-up at all."""
    HELD_IN: ClassVar[str] = "nir"
    """The field whose column holds what opens."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def number(self) -> Any:  # noqa: ANN401 - whatever the package gives
        """Return the plain number."""
        return self.nir  # type: ignore[attr-defined]  # of the subclass
