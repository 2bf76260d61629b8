"""Remove reset links that nobody can use any more."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from hardening import clock
from hardening.login.models import ResetLink

KEPT = timedelta(days=7)
"""A used link that comes back within a week is still told from one that never was: it raises an alarm."""


class Command(BaseCommand):
    """Run daily, from cron: no request waits for it."""

    help = "Remove password reset links that expired more than a week ago."

    def handle(self, **_: Any) -> None:  # noqa: ANN401 - Django's signature
        """Remove them and say how many."""
        count, _by_model = ResetLink.objects.filter(expires_at__lte=clock.now() - KEPT).delete()
        self.stdout.write(f"{count} reset links removed.")
