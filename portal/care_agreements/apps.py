"""The care agreements feature as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareAgreementsConfig(AppConfig):
    """Requests to an insurer to pay the professional directly."""

    name = "portal.care_agreements"
    label = "care_agreements"
    verbose_name = _("Care agreements")
