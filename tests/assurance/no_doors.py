"""A portal without a login page."""

from django.urls import path

from tests.assurance.pages import unstated

urlpatterns = [path("unstated/", unstated)]
