"""The command that makes the coming months of a table, once for every such table."""

import json
from argparse import ArgumentParser
from datetime import UTC
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections, transaction

from hardening import clock
from hardening.monthly_table import AHEAD, MonthlyTable
from hardening.routing import ALIAS


class MonthlyCommand(BaseCommand):
    """Make this month and the coming ones of ``table``, where they are missing (PostgreSQL; run it monthly)."""

    table: ClassVar[MonthlyTable]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare how far ahead."""
        parser.add_argument("--ahead", type=int, default=AHEAD, help=f"coming months to make (default {AHEAD})")
        parser.add_argument("--dry-run", action="store_true", help="say which are missing, make none")
        parser.add_argument("--json", action="store_true", help="the months as a JSON list")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Make them in one transaction that waits at most three seconds for a lock.

        Every write queues behind a waiting lock: better to give up and come again than to hold up the portal.
        """
        today = clock.now().astimezone(UTC).date()
        if options["dry_run"]:
            self._tell(self.table.missing(today=today, ahead=options["ahead"]), verb="missing", **options)
            return
        try:
            with transaction.atomic(using=ALIAS):
                if connections[ALIAS].vendor == "postgresql":
                    connections[ALIAS].cursor().execute("SET LOCAL lock_timeout = '3s'")
                made = self.table.make(today=today, ahead=options["ahead"])
        except OperationalError as error:
            raise CommandError("the table is busy; nothing was made, run the command again") from error
        self._tell(made, verb="made", **options)

    def _tell(self, months: list[str], *, verb: str, **options: Any) -> None:  # noqa: ANN401 - Django's options
        if options["json"]:
            self.stdout.write(json.dumps(months))
        else:
            self.stdout.write(f"{verb}: {', '.join(months) or 'none'}")
