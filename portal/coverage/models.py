"""Insurers, contracts, the people covered, and what they are covered for."""

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening import SealedDateField, SealedNirField, SealedQuerySet, SealedTextField
from portal.coverage.domains import Domain


class Insurer(models.Model):
    """A complementary insurer: the controller of its members' data, who must be told when it leaks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    amc_number = models.CharField(
        _("AMC number"),
        max_length=10,
        unique=True,
        validators=[RegexValidator(r"\A[0-9]{8,10}\Z", _("An AMC number has 8 to 10 digits."))],
    )
    telephone = models.CharField(_("telephone for professionals"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("complementary insurer")
        verbose_name_plural = _("complementary insurers")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """What a household has with an insurer. Its number stands, sealed, with each person it covers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    insurer = models.ForeignKey(Insurer, verbose_name=_("insurer"), on_delete=models.PROTECT, related_name="contracts")
    product = models.CharField(_("product"), max_length=80)
    convention_type = models.CharField(_("type of convention"), max_length=2, default="SP")
    csr = models.CharField(_("routing criterion (CSR)"), max_length=8, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")

    def __str__(self) -> str:
        return f"{self.product} · {self.pk}"


class Guarantee(models.Model):
    """What a contract pays in one domain."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), on_delete=models.CASCADE, related_name="guarantees"
    )
    domain = models.CharField(_("domain"), max_length=4, choices=Domain)
    rate = models.PositiveSmallIntegerField(_("rate (%)"), validators=[MaxValueValidator(100)])
    ceiling = models.DecimalField(_("ceiling (€ a year)"), max_digits=8, decimal_places=2, null=True, blank=True)
    needs_prior_agreement = models.BooleanField(_("needs prior agreement"), default=False)

    class Meta:
        verbose_name = _("guarantee")
        verbose_name_plural = _("guarantees")
        ordering = ("domain",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "domain"], name="coverage_guarantee_once_a_domain")
        ]

    def __str__(self) -> str:
        return f"{self.get_domain_display()} {self.rate} %"


class Quality(models.TextChoices):
    """What a covered person is on the contract."""

    HOLDER = "holder", _("holder")
    SPOUSE = "spouse", _("spouse")
    CHILD = "child", _("child")


class MaritalStatus(models.TextChoices):
    """Sealed: with a name it is more than anybody at a counter needs."""

    SINGLE = "single", _("single")
    MARRIED = "married", _("married")
    CIVIL_UNION = "civil_union", _("in a civil union")
    DIVORCED = "divorced", _("divorced")
    WIDOWED = "widowed", _("widowed")


class Beneficiary(models.Model):
    """A person covered by a contract.

    Dependants often carry the holder's number, and twins share a birth date as well: only number, date and birth
    rank together name a person. ``subject`` is that triple as a keyed pseudonym, and is therefore also what must
    be unique on a contract; a constraint on the sealed date itself would show who shares a birthday.
    """

    sealed_subject = "subject"
    disclosure_controller = "contract__insurer_id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="beneficiaries"
    )
    holder = models.ForeignKey(
        "self", verbose_name=_("holder"), on_delete=models.PROTECT, null=True, blank=True, related_name="dependants"
    )
    quality = models.CharField(_("quality"), max_length=8, choices=Quality)
    carries_holder_number = models.BooleanField(_("known under the holder's number"), default=False)
    subject = models.UUIDField(_("subject"), editable=False, db_index=True)
    nir = SealedNirField(_("social security number"), field_class="nir", indexed=True)
    birth_date = SealedDateField(_("birth date"), field_class="identity")
    birth_rank = models.PositiveSmallIntegerField(_("birth rank"), default=1)
    last_name = SealedTextField(_("last name"), field_class="identity")
    first_names = SealedTextField(_("first names"), field_class="identity")
    marital_status = SealedTextField(_("marital status"), field_class="identity", choices=MaritalStatus, blank=True)
    contract_number = SealedTextField(_("contract number"), field_class="contract")
    member_number = SealedTextField(_("member number"), field_class="contract", indexed=True)
    rights_from = models.DateField(_("rights from"))
    rights_until = models.DateField(_("rights until"), null=True, blank=True)

    objects = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = _("beneficiary")
        verbose_name_plural = _("beneficiaries")
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "subject"], name="coverage_beneficiary_once_a_contract")
        ]

    def __str__(self) -> str:
        return f"{self.get_quality_display()} · {self.pk}"
