"""A portal whose login page forgot to say that it is public."""

from django.urls import include, path

from tests.assurance.pages import unstated

urlpatterns = [
    path("unstated/", unstated, name="unstated"),
    path("", include(([path("login/", unstated, name="login")], "hardening"))),
]
