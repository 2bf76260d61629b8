import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from hardening.encryption.constraints import SealedUniqueConstraint
from hardening.encryption.fields import (
    EncryptedDateField,
    EncryptedDecimalField,
    EncryptedEmailField,
    EncryptedIntegerField,
    EncryptedJSONField,
    EncryptedNirField,
    EncryptedTextField,
    PartIndex,
    SealedDateField,
    SealedDecimalField,
    SealedEmailField,
    SealedIntegerField,
    SealedJSONField,
    SealedNirField,
    SealedTextField,
    SealIdField,
)
from hardening.encryption.querysets import SealedQuerySet

RATES = [(Decimal("5.5"), "low"), (Decimal("20.0"), "full")]
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
    insured = models.ForeignKey("Insured", models.CASCADE, null=True, related_name="visits")
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


class Dossier(models.Model):
    """One column of every type, indexed where the type allows; nothing is demanded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    label = models.CharField(max_length=20, blank=True)
    sealed_text = SealedTextField(indexed=True, blank=True, max_length=60)
    sealed_email = SealedEmailField(indexed=True, blank=True)
    sealed_nir = SealedNirField(indexed=True, blank=True)
    sealed_date = SealedDateField(indexed=True, null=True, blank=True)
    sealed_integer = SealedIntegerField(indexed=True, null=True, blank=True)
    sealed_decimal = SealedDecimalField(max_digits=12, decimal_places=2, indexed=True, null=True, blank=True)
    sealed_json = SealedJSONField(null=True, blank=True)
    encrypted_text = EncryptedTextField(indexed=True, blank=True, max_length=60)
    encrypted_email = EncryptedEmailField(indexed=True, blank=True)
    encrypted_nir = EncryptedNirField(indexed=True, blank=True)
    encrypted_date = EncryptedDateField(indexed=True, null=True, blank=True)
    encrypted_integer = EncryptedIntegerField(indexed=True, null=True, blank=True)
    encrypted_decimal = EncryptedDecimalField(max_digits=12, decimal_places=2, indexed=True, null=True, blank=True)
    encrypted_json = EncryptedJSONField(null=True, blank=True)

    objects: ClassVar[models.Manager["Dossier"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)


class Demand(models.Model):
    """Nothing may be missing; two columns are unique, two take choices."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = SealedTextField()
    day = SealedDateField()
    rank = SealedIntegerField(unique=True)
    amount = EncryptedDecimalField(max_digits=5, decimal_places=1, unique=True)
    answers = SealedJSONField()
    urgency = SealedIntegerField(choices=[(0, "none"), (1, "some"), (2, "much")], default=0)
    rate = EncryptedDecimalField(
        max_digits=3, decimal_places=1, choices=[(Decimal("5.5"), "low"), (Decimal("20.0"), "full")]
    )

    objects: ClassVar[models.Manager["Demand"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)


class Insured(models.Model):
    """Parts of three columns have indexes: of two beside the whole value, of one without it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    label = models.CharField(max_length=20, blank=True)
    nir = SealedNirField(
        indexed=True,
        blank=True,
        parts=[
            PartIndex("nir.birth_year.1", reason="monthly statistics by year of birth"),
            PartIndex("nir.department.1", reason="monthly statistics by place of birth"),
        ],
    )
    birth_date = SealedDateField(
        null=True, blank=True, parts=[PartIndex("date.year.1", reason="letters to a year's pensioners")]
    )
    phone = EncryptedTextField(
        indexed=True, blank=True, parts=[PartIndex("text.last_4_digits.1", reason="calls that show four digits")]
    )

    objects: ClassVar[models.Manager["Insured"]] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)
