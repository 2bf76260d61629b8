"""The fields that models declare: sealed ones open only inside a disclosure, encrypted ones on access.

Migrations name the fields by this module, wherever they stand.
"""

import uuid
from typing import Any

from django.db import models

from hardening.encryption.encrypted_fields import (
    EncryptedDateField,
    EncryptedDecimalField,
    EncryptedEmailField,
    EncryptedIntegerField,
    EncryptedJSONField,
    EncryptedNirField,
    EncryptedTextField,
)
from hardening.encryption.json_fields import SealedJSONField
from hardening.encryption.parts import PartIndex
from hardening.encryption.scalar_fields import SealedDateField, SealedDecimalField, SealedIntegerField
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.text_fields import SealedEmailField, SealedNirField, SealedTextField

__all__ = [
    "EncryptedDateField",
    "EncryptedDecimalField",
    "EncryptedEmailField",
    "EncryptedIntegerField",
    "EncryptedJSONField",
    "EncryptedNirField",
    "EncryptedTextField",
    "PartIndex",
    "SealIdField",
    "SealedDateField",
    "SealedDecimalField",
    "SealedEmailField",
    "SealedField",
    "SealedIntegerField",
    "SealedJSONField",
    "SealedNirField",
    "SealedTextField",
]


class SealIdField(models.UUIDField):  # type: ignore[type-arg]  # generic in the stubs only
    """What a row's sealed values are bound to where the primary key is not known before INSERT.

    Declare it as ``seal_id = SealIdField()``; all sealed fields of the model share it.
    """

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        for option, value in (("default", uuid.uuid4), ("editable", False), ("unique", True)):
            kwargs.setdefault(option, value)
        super().__init__(**kwargs)
