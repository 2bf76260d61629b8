"""The pages of the login with those of Pro Santé Connect, and one page behind them."""

from django.urls import include, path

from tests.login import urls

urlpatterns = [*urls.urlpatterns, path("", include("hardening.integrations.pro_sante_connect.urls"))]
