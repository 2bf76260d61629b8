"""The domains of cover on a complementary card."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Domain(models.TextChoices):
    """The codes are those of the card."""

    PHARMACY = "PHAR", _("Pharmacy")
    MEDICINE = "MED", _("Consultations")
    LABORATORY = "LABO", _("Laboratory")
    RADIOLOGY = "RADL", _("Radiology")
    AUXILIARY = "AUXM", _("Nursing and physiotherapy")
    TOWN_CARE = "SVIL", _("Other care in town")
    DENTAL = "DENT", _("Dental")
    OPTICS = "OPTI", _("Optics")
    HEARING = "AUDI", _("Hearing aids")
    HOSPITAL = "HOSP", _("Hospital")
    TRANSPORT = "TRAN", _("Transport")
