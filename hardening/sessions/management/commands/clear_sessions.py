"""``manage.py clear_sessions``: delete the sessions that no limit lets live."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hardening.sessions.clearing import BATCH, clear_sessions, count_clearable


class Command(BaseCommand):
    """Run it from cron, hourly or daily: no request ever cleans up."""

    help = "Delete the sessions that are over, in batches."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--batch-size", type=_positive, default=BATCH, help="rows per transaction (%(default)s)")
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object instead of a sentence")

    def handle(self, *, batch_size: int, dry_run: bool, as_json: bool, **_: Any) -> None:  # noqa: ANN401 - Django's options
        """Delete, and say how many."""
        total = count_clearable()
        done = 0 if dry_run else clear_sessions(batch_size=batch_size, on_batch=self._progress(total, quiet=as_json))
        found = max(total, done)
        if as_json:
            self.stdout.write(json.dumps({"found": found, "deleted": done}))
        elif dry_run:
            self.stdout.write(f"{found} sessions are over; nothing was deleted")
        else:
            self.stdout.write(f"{done} sessions deleted")

    def _progress(self, total: int, *, quiet: bool) -> "_Progress":
        is_shown = not quiet and self.stderr.isatty()
        return _Progress(total, self if is_shown else None)


class _Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, total: int, command: BaseCommand | None) -> None:
        self.total, self.done, self.command = total, 0, command

    def __call__(self, deleted: int) -> None:
        """Advance by one batch."""
        self.done += deleted
        if self.command is not None:
            share = min(1.0, self.done / max(1, self.total))
            self.command.stderr.write(f"\r[{'#' * int(share * 40):<40}] {share:4.0%}", ending="")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
