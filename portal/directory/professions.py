"""The professions that use the portal, and the domain of cover that each of them may see."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.coverage.domains import Domain


class Profession(models.TextChoices):
    """The words are those of the gate's limits, so that a profession's cap applies without a translation."""

    OPTICIAN = "optician", _("optician")
    AUDIOLOGIST = "audiologist", _("audiologist")
    DENTIST = "dentist", _("dentist")
    PHARMACY = "pharmacy", _("pharmacist")
    HOSPITAL_DESK = "hospital_desk", _("hospital admission desk")


OWN_DOMAIN: dict[str, Domain] = {
    Profession.OPTICIAN: Domain.OPTICS,
    Profession.AUDIOLOGIST: Domain.HEARING,
    Profession.DENTIST: Domain.DENTAL,
    Profession.PHARMACY: Domain.PHARMACY,
    Profession.HOSPITAL_DESK: Domain.HOSPITAL,
}
"""An optician has no reason to know what somebody's hospital cover is (GDPR art. 5, minimisation)."""
