"""Addresses of the portal."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("hardening.urls")),
]
