"""Addresses of the login by Pro Santé Connect: ``path("", include(…))`` where it is configured."""

from django.urls import path

from hardening.integrations.pro_sante_connect import views

app_name = "hardening_pro_sante_connect"

urlpatterns = [
    path("login/pro-sante-connect/", views.start, name="start"),
    path("login/pro-sante-connect/callback/", views.callback, name="callback"),
    path("login/pro-sante-connect/practice/", views.practice, name="practice"),
]
