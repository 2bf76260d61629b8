from typing import ClassVar

from django.db import models

from hardening.encryption.fields import (
    EncryptedEmailField,
    PartIndex,
    SealedDateField,
    SealedNirField,
    SealedTextField,
    SealIdField,
)
from hardening.encryption.querysets import SealedQuerySet
from hardening.encryption.twins import Twins


class Insured(models.Model):
    """In its first release: the clear columns lead."""

    id = models.BigAutoField(primary_key=True)
    seal_id = SealIdField()
    number = models.CharField(max_length=12, unique=True)
    nir = models.CharField(max_length=21, blank=True, db_index=True)
    birth_date = models.DateField(null=True, blank=True)
    remark = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    number_sealed = SealedTextField(unique=True, blank=True)
    nir_sealed = SealedNirField(
        field_class="nir", indexed=True, blank=True, parts=[PartIndex("nir.birth_year.1", reason="statistics")]
    )
    birth_date_sealed = SealedDateField(field_class="identity", indexed=True, null=True, blank=True)
    remark_sealed = SealedTextField(blank=True)
    email_sealed = EncryptedEmailField(indexed=True, blank=True)

    number_twins = Twins(clear="number", sealed="number_sealed")
    nir_twins = Twins(clear="nir", sealed="nir_sealed")
    birth_date_twins = Twins(clear="birth_date", sealed="birth_date_sealed")
    remark_twins = Twins(clear="remark", sealed="remark_sealed")
    email_twins = Twins(clear="email", sealed="email_sealed")

    objects: ClassVar[models.Manager["Insured"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.number


class Reinsured(models.Model):
    """In its second release, or on the way back: the sealed column leads."""

    seal_id = SealIdField()
    nir = models.CharField(max_length=21, blank=True)
    nir_sealed = SealedNirField(field_class="nir", indexed=True, blank=True)

    nir_twins = Twins(clear="nir", sealed="nir_sealed", leading="sealed")

    objects: ClassVar[models.Manager["Reinsured"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)
