"""A number in clear, as most portals keep it."""

from typing import ClassVar

from django.db import models

from benchmarks.encryption.measured import MeasuredPerson


class Person(MeasuredPerson):
    """Unique, with the second index for LIKE that Django adds to every unique text."""

    nir = models.CharField(max_length=15, unique=True)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()
