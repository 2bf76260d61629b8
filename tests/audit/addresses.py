"""The hardened admin, beside the pages that it sends people to."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("administration/", admin.site.urls),
    path("", include("hardening.urls")),
]
