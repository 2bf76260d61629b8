"""The clear column and the sealed one beside it, as the first release of a sealing leaves them."""

from typing import ClassVar

from django.db import models

from benchmarks.encryption.measured import MeasuredPerson
from hardening.encryption.fields import SealedNirField
from hardening.encryption.querysets import SealedQuerySet
from hardening.encryption.twins import Twins


class Person(MeasuredPerson):
    """Both columns with all their indexes, which every sealed row enters anew."""

    nir = models.CharField(max_length=15, unique=True)
    nir_sealed = SealedNirField(field_class="nir", indexed=True, blank=True)

    nir_twins = Twins(clear="nir", sealed="nir_sealed")

    objects: ClassVar[models.Manager["Person"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
