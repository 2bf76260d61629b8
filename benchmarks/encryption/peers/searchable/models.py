"""The pair of fields of django-searchable-encrypted-fields, as its page says: a ciphertext and a hash."""

from typing import ClassVar

from django.db import models
from encrypted_fields.fields import EncryptedCharField, SearchField

from benchmarks.encryption.measured import MeasuredPerson

HASH_KEY = "f414ed6bd6fbc4aef5647abc15199da0f9badcc1d2127bde2087ae0d794a8a0a"


class Person(MeasuredPerson):
    """Unique by its hash."""

    HELD_IN = "_nir_data"

    _nir_data = EncryptedCharField(max_length=15, default="")
    nir = SearchField(hash_key=HASH_KEY, encrypted_field_name="_nir_data", unique=True)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()
