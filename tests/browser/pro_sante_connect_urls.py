"""The portal where Pro Santé Connect is configured."""

from django.urls import include, path

from portal import urls

urlpatterns = [path("", include("hardening.integrations.pro_sante_connect.urls")), *urls.urlpatterns]
handler400, handler500 = urls.handler400, urls.handler500
