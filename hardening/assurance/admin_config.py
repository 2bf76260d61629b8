"""The INSTALLED_APPS entry that stands in place of ``django.contrib.admin``."""

from django.contrib.admin.apps import AdminConfig


class HardenedAdminConfig(AdminConfig):
    """Django's admin, whose ``admin.site`` is ours: a ``admin.register`` anywhere ends up behind the doors."""

    default = False
    default_site = "hardening.assurance.admin_site.HardenedAdminSite"
