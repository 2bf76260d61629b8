"""The accounts feature as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Owns AUTH_USER_MODEL."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
