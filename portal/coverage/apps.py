"""The coverage feature as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoverageConfig(AppConfig):
    """Insurers, contracts and the people they cover."""

    name = "portal.coverage"
    label = "coverage"
    verbose_name = _("Coverage")
