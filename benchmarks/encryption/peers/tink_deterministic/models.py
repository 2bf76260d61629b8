"""The deterministic field of django-tink-fields, as its page says: equal numbers are equal ciphertext."""

from typing import ClassVar

from django.db import models
from tink_fields import DeterministicEncryptedCharField

from benchmarks.encryption.measured import MeasuredPerson


class Person(MeasuredPerson):
    """Unique by its ciphertext."""

    nir = DeterministicEncryptedCharField(max_length=15, keyset="search", unique=True)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()
