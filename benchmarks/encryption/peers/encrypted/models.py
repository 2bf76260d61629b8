"""A text that opens on access."""

from typing import ClassVar

from django.db import models

from benchmarks.encryption.measured import MeasuredPerson
from hardening.encryption.fields import EncryptedTextField
from hardening.encryption.querysets import SealedQuerySet


class Person(MeasuredPerson):
    """Indexed, not unique; padded to 32 bytes, since a text may be of any length."""

    nir = EncryptedTextField(indexed=True)

    objects: ClassVar[models.Manager["Person"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
