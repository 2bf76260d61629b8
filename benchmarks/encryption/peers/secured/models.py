"""The searchable field of django-secured-fields, as its page says: a ciphertext followed by a hash."""

from typing import ClassVar

import secured_fields
from django.db import models

from benchmarks.encryption.measured import MeasuredPerson


class Person(MeasuredPerson):
    """Found by the end of its column."""

    nir = secured_fields.EncryptedCharField(max_length=15, searchable=True)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()
