"""Remove what was used once and is dead by now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hardening.authenticators.spent import remove_spent


class Command(BaseCommand):
    """Run daily, from cron: logins never wait for it, and never do it themselves."""

    help = "Remove the digests of passkey challenges that have expired, in batches."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of a batch: one short transaction each."""
        parser.add_argument("--batch-size", type=int, default=5_000)

    def handle(self, *, batch_size: int, **_: Any) -> None:  # noqa: ANN401 - Django's signature
        """Remove batch after batch until nothing is left that has expired."""
        total = 0
        while removed := remove_spent(batch_size=batch_size):
            total += removed
        self.stdout.write(f"{total} used challenges removed.")
