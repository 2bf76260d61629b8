import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from hardening.encryption.constraints import SealedUniqueConstraint
from hardening.encryption.fields import (
    EncryptedEmailField,
    EncryptedTextField,
    SealedDateField,
    SealedNirField,
    SealedTextField,
    SealIdField,
)
from hardening.encryption.querysets import SealedQuerySet

MARITAL_STATUS = [("single", "Single"), ("w", "Widowed")]


class Patient(models.Model):
    """Bound to its UUID primary key; nothing is unique; "" means none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.UUIDField(null=True)
    ward = models.CharField(max_length=20, blank=True)
    nir = SealedNirField(field_class="nir", indexed=True, blank=True)
    birth_date = SealedDateField(field_class="identity", indexed=True, null=True, blank=True)
    family_name = SealedTextField(field_class="identity", indexed=True, blank=True, max_length=60)
    marital_status = SealedTextField(field_class="identity", blank=True, choices=MARITAL_STATUS)
    note = SealedTextField(null=True, blank=True, suite="AES-256-GCM-SIV")

    sealed_subject = "subject"
    objects: ClassVar[models.Manager["Patient"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)


class Visit(models.Model):
    """A neighbour with an ordinary manager, to reach sealed fields across a relation."""

    patient = models.ForeignKey(Patient, models.CASCADE, null=True, related_name="visits")
    label = models.CharField(max_length=40, blank=True)

    objects: ClassVar[models.Manager["Visit"]] = models.Manager()

    def __str__(self) -> str:
        return self.label


class Contact(models.Model):
    """Bound to a seal_id; opens on access."""

    seal_id = SealIdField()
    email = EncryptedEmailField(unique=True, blank=True)
    phone = EncryptedTextField(blank=True)

    objects: ClassVar[models.Manager["Contact"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)


class Policy(models.Model):
    """Bound to a number of its own; with constraints of its own."""

    number = models.CharField(max_length=20, unique=True)
    reason = models.CharField(max_length=40, blank=True)
    nir = SealedNirField(bind_to="number", indexed=True, blank=True)
    member = SealedTextField(bind_to="number", unique=True, null=True, blank=True)

    objects: ClassVar[models.Manager["Policy"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            SealedUniqueConstraint(
                fields=["nir"], condition=~Q(nir=""), name="records_policy_nir", violation_error_code="nir_taken"
            ),
            models.CheckConstraint(condition=Q(reason="") | Q(nir=""), name="records_policy_reason"),
        ]

    def __str__(self) -> str:
        return self.number
