"""The look-ups feature as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LookupsConfig(AppConfig):
    """The look-up of one person's rights, and each account's own history of look-ups."""

    name = "portal.lookups"
    label = "lookups"
    verbose_name = _("Look-ups")
