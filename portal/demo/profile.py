"""Whether this is the demonstration: what shows codes and passwords runs nowhere else."""

from django.conf import settings
from django.core.management.base import CommandError


def require_demonstration() -> None:
    """Raise CommandError outside the demonstration profile."""
    if not getattr(settings, "IS_DEMONSTRATION", False):
        raise CommandError("this command exists for the demonstration profile only (portal.settings.demo)")
