"""The field of django-fernet-encrypted-fields, as its page says. It has no look-up."""

from typing import ClassVar

from django.db import models
from encrypted_fields.fields import EncryptedCharField

from benchmarks.encryption.measured import MeasuredPerson


class Person(MeasuredPerson):
    """Cannot be found by its number."""

    CAN_LOOK_UP = False

    nir = EncryptedCharField(max_length=15)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()
