"""Establishments, practitioners and their delegates."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hardening import EncryptedTextField, SealedQuerySet
from portal.directory.identifiers import validate_finess, validate_rpps, validate_siret
from portal.directory.professions import Profession


class Establishment(models.Model):
    """A place of practice. Its bank details are sealed: in 2024 they left together with the rest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    town = models.CharField(_("town"), max_length=80)
    finess = models.CharField(_("FINESS number"), max_length=9, unique=True, validators=[validate_finess])
    siret = models.CharField(_("SIRET number"), max_length=14, blank=True, validators=[validate_siret])
    bank_details = EncryptedTextField(_("bank details"), field_class="bank", blank=True)
    telephone = EncryptedTextField(_("telephone"), field_class="contact", blank=True)

    objects = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = _("establishment")
        verbose_name_plural = _("establishments")
        ordering = ("name", "town")
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"


class Practitioner(models.Model):
    """A health professional. His budget of people is his own, whoever types for him."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.PROTECT, related_name="practitioner"
    )
    rpps = models.CharField(_("RPPS number"), max_length=11, unique=True, validators=[validate_rpps])
    profession = models.CharField(_("profession"), max_length=16, choices=Profession)
    establishments = models.ManyToManyField(
        Establishment, verbose_name=_("establishments"), through="Practice", related_name="practitioners"
    )

    class Meta:
        verbose_name = _("practitioner")
        verbose_name_plural = _("practitioners")
        ordering = ("rpps",)

    def __str__(self) -> str:
        return f"{self.account.get_full_name()} ({self.get_profession_display()})"


class Practice(models.Model):
    """That a practitioner works at an establishment. Without one he looks nobody up: people leave."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="practices")
    establishment = models.ForeignKey(Establishment, on_delete=models.CASCADE, related_name="practices")
    is_main = models.BooleanField(_("main place of practice"), default=True)

    class Meta:
        verbose_name = _("place of practice")
        verbose_name_plural = _("places of practice")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practitioner", "establishment"], name="directory_practice_once"),
            models.UniqueConstraint(
                fields=["practitioner"], condition=Q(is_main=True), name="directory_practice_one_main"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.establishment}"


class Delegate(models.Model):
    """Somebody who acts for a practitioner under his own login, and spends from the practitioner's budget (D31)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.PROTECT, related_name="delegation"
    )
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("practitioner"), on_delete=models.CASCADE, related_name="delegates"
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        ordering = ("account__username",)

    def __str__(self) -> str:
        return f"{self.account.get_full_name()} → {self.practitioner}"
