"""The demonstration as a Django app: installed by the demo and test profiles only."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Not installed in production, so that its commands do not exist there."""

    name = "portal.demo"
    label = "demo"
    verbose_name = "Demonstration"
