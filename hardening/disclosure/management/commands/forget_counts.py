"""``manage.py forget_counts``: delete counts that no window reaches any more."""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from hardening import clock
from hardening.disclosure.forgetting import BATCH, forget


class Command(BaseCommand):
    """Delete, in batches, people and charges that no budget can ask for; the ledger is not touched. Run it daily."""

    help = "Delete counts that no budget can ask for any more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the size of a batch."""
        parser.add_argument("--batch", type=int, default=BATCH, help=f"rows a transaction (default {BATCH})")
        parser.add_argument("--json", action="store_true", help="deleted rows by table, as JSON")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Delete them."""
        deleted: Counter[str] = Counter()
        for table, count in forget(at=clock.now(), batch=options["batch"]):
            deleted[table] += count
        if options["json"]:
            self.stdout.write(json.dumps(deleted))
        else:
            self.stdout.write("".join(f"{table}: {count} rows forgotten\n" for table, count in deleted.items()))
