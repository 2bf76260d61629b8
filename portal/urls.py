"""Addresses of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from portal.accounts.views import account_page
from portal.pages import views as pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.landing, name="landing"),
    path("help/", pages.help_page, name="help"),
    path("contact/", pages.contact, name="contact"),
    path("language/", set_language, name="set_language"),
    path("account/", account_page, name="account"),
    path("admin/", admin.site.urls),
    path("care-agreements/", include("portal.care_agreements.urls")),
    path("", include("portal.lookups.urls")),
    path("", include("hardening.urls")),
]
if getattr(settings, "HARDENING_PRO_SANTE_CONNECT", None):
    urlpatterns.append(path("", include("hardening.integrations.pro_sante_connect.urls")))

handler400 = "portal.pages.views.bad_request"
handler500 = "portal.pages.views.server_error"
