"""Remove what no lockout rule reads any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hardening.lockout.cleaning import remove_stale_browsers, remove_stale_buckets


class Command(BaseCommand):
    """Run daily, from cron: logins never wait for it, and never do it themselves."""

    help = "Remove stale lockout buckets and unused known browsers, in batches."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of a batch: one short transaction each."""
        parser.add_argument("--batch-size", type=int, default=5_000)

    def handle(self, *, batch_size: int, **_: Any) -> None:  # noqa: ANN401 - Django's signature
        """Remove batch after batch until nothing is stale."""
        buckets = 0
        while removed := remove_stale_buckets(batch_size=batch_size):
            buckets += removed
        self.stdout.write(f"{buckets} buckets and {remove_stale_browsers()} known browsers removed.")
