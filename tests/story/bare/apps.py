"""The bare portal's one app."""

from django.apps import AppConfig


class BareConfig(AppConfig):
    """People in clear."""

    name = "tests.story.bare"
    label = "bare"
    default_auto_field = "django.db.models.BigAutoField"
