import uuid
from typing import Any, ClassVar

from django.db import models

from hardening.encryption.fields import SealedDateField, SealedNirField, SealedTextField
from hardening.encryption.querysets import SealedQuerySet


class Contract(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    insurer = models.CharField(max_length=20)
    number = SealedTextField(field_class="contract")

    objects: ClassVar[Any] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.insurer


class Insured(models.Model):
    sealed_subject = "subject"
    disclosure_controller = "contract__insurer"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.UUIDField()
    contract = models.ForeignKey(Contract, models.CASCADE)
    nir = SealedNirField(field_class="nir", indexed=True)
    birth_date = SealedDateField(field_class="identity")
    birth_rank = models.PositiveSmallIntegerField(default=1)
    last_name = SealedTextField(field_class="identity")
    has_rights = models.BooleanField(default=True)

    objects: ClassVar[Any] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)


class Unowned(models.Model):
    """A record that does not say whom it is about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    last_name = SealedTextField(field_class="identity")

    objects: ClassVar[Any] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)
