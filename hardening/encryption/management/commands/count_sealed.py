"""``manage.py count_sealed``: how many sealed values stand under each key."""

import json as json_format
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hardening.encryption.census import record_census


class Command(BaseCommand):
    """Count, and keep the numbers for the check that warns when a key has sealed much."""

    help = "Count the sealed values under each key; `keys status` shows the numbers from then on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the one option."""
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *, json: bool, **_: Any) -> None:  # noqa: ANN401 - Django's own options
        """Count and print."""
        found = sorted(record_census().items())
        if json:
            self.stdout.write(json_format.dumps([{"key": key_id, "values": values} for key_id, values in found]))
            return
        for key_id, values in found:
            self.stdout.write(f"key {key_id}: {values} sealed values")
        if not found:
            self.stdout.write("There are no sealed values.")
