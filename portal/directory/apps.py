"""The directory feature as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """The establishments and professionals that may look people up, and who acts for whom."""

    name = "portal.directory"
    label = "directory"
    verbose_name = _("Directory")
