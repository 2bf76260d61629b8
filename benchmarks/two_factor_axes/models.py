"""The people of the peer's portal, in clear, as most portals keep them."""

from typing import ClassVar

from django.db import models


class Person(models.Model):
    """Somebody insured."""

    nir = models.CharField(max_length=15, db_index=True)
    birth_date = models.DateField()
    name = models.CharField(max_length=80)
    insurer = models.CharField(max_length=80)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()

    def __str__(self) -> str:
        return f"person {self.pk}"
