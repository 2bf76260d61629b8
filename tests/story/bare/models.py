"""People in clear, as the portals of the breach kept them."""

from typing import ClassVar

from django.db import models


class Person(models.Model):
    """Somebody covered."""

    nir = models.CharField(max_length=15, db_index=True)
    birth_date = models.DateField()
    birth_rank = models.PositiveSmallIntegerField()
    last_name = models.CharField(max_length=80)
    first_names = models.CharField(max_length=80)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()

    def __str__(self) -> str:
        return f"person {self.pk}"
