"""``manage.py seed_demo``: fill the demonstration with made-up people."""

import json
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hardening import clock
from portal.coverage.models import Beneficiary
from portal.demo.cast import CAST, hire
from portal.demo.enrolling import enrol
from portal.demo.filling import fill

DEFAULT = 2_000


class Command(BaseCommand):
    """Deterministic: the same people for the same day, on every machine."""

    help = "Fill an empty portal with made-up people, insurers, establishments and logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size of the town."""
        parser.add_argument("--beneficiaries", type=int, default=DEFAULT, help="how many people (default %(default)s)")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401, ARG002 - Django's own signature
        """Write cast and town, then say how many people and how long."""
        if options["beneficiaries"] < 1:
            raise CommandError("--beneficiaries must be at least 1")
        if Beneficiary.objects.exists():
            raise CommandError("this portal is filled already; remove its folder under var/ to start afresh")
        begun = perf_counter()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True, quiet=options["quiet"])
        with Progress(*columns, console=console) as progress:
            logins = progress.add_task("logins", total=1)
            people = progress.add_task("people", total=options["beneficiaries"])
            enrol(hire())
            progress.advance(logins)
            written = fill(
                people=options["beneficiaries"],
                today=timezone.localdate(clock.now()),
                advance=lambda count: progress.advance(people, count),
            )
        figures = {"beneficiaries": written, "logins": len(CAST), "seconds": round(perf_counter() - begun, 2)}
        self.stdout.write(json.dumps(figures) if options["json"] else _sentence(figures))


def _sentence(figures: dict[str, Any]) -> str:
    return f"{figures['beneficiaries']:,} people and {figures['logins']} logins in {figures['seconds']} s"
