"""``manage.py rotate_index``: let another index key take over, while the portal reads, writes and looks up."""

import json as json_format
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from hardening.encryption.index_rotation import (
    IndexRotation,
    indexed_tables,
    values_indexed,
    values_left,
)
from hardening.encryption.index_standing import Standing, standing
from hardening.encryption.rotation import Tally, rotate_range
from hardening.encryption.sealed_scan import add_scan_options, scan
from hardening.encryption.sealed_table import SealedTable
from hardening.errors import HardeningError

_SETTLE_SECONDS = 15.0

_STEPS = {
    None: "no rotation goes on",
    "successor": "every new value carries indexes of both keys; the stored ones are being given them",
    "covering": "every value carries indexes of both keys; the switch is next",
    "predecessor": "the new key is primary; the stored values are being rid of the old indexes",
}


class Command(BaseCommand):
    """Rotate the index key; run again, it goes on where it was interrupted."""

    help = (
        "Let a new key take over from the index key. Look-ups, joins and uniqueness hold throughout; it goes through "
        "every value twice. Safe to interrupt: run it again to go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        add_scan_options(parser, one_model=False)
        parser.add_argument("--to", type=int, metavar="KEY_ID", help="The key that takes over; else one is added.")
        parser.add_argument(
            "--settle",
            type=float,
            default=_SETTLE_SECONDS,
            metavar="SECONDS",
            help="Between steps: ten seconds, in which processes of other hosts find the step too, and the longest that"
            " a program holds sealed values before it writes them (default %(default)s).",
        )
        parser.add_argument(
            "--withdraw",
            action="store_true",
            help="Give up a rotation whose key only succeeds yet, instead of going on with it.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say how it stands and what is to do, then stop.")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own options
        """Rotate; end with exit status 1 where a step is refused, and say which."""
        if options["settle"] < 0:
            raise CommandError("--settle is at least 0 seconds")
        if options["withdraw"] and options["to"]:
            raise CommandError("--withdraw gives a rotation up, --to names what it goes to")
        total = Tally()

        def sweep(tables: list[SealedTable]) -> Tally:
            once = Tally()
            for part in scan(tables, rotate_range, options):
                once.add(part)
            total.add(once)
            return once

        told: list[str] = []

        def tell(step: str) -> None:
            told.append(step)
            if not options["json"]:
                self.stdout.write(f"{step[0].upper()}{step[1:]}.")

        try:
            if not options["dry_run"]:
                rotation = IndexRotation(sweep=sweep, settle_seconds=options["settle"], tell=tell)
                if options["withdraw"]:
                    rotation.withdraw()
                else:
                    rotation.run(successor=options["to"])
            at, left = standing(), values_left()
        except (HardeningError, DatabaseError) as error:
            # The first line: the next one of a database names an index.
            reason = f"{error}".partition("\n")[0]
            raise CommandError(f"{reason}; run it again once that is mended: it goes on from here") from None
        report = _report(at, left=left, steps=told, tally=total)
        self.stdout.write(json_format.dumps(report, indent=2) if options["json"] else _as_text(report))


def _report(at: Standing, *, left: int, steps: list[str], tally: Tally) -> dict[str, Any]:
    return {
        "primary_key": at.primary,
        "other_key": at.other,
        "standing": _STEPS[at.state],
        "steps": steps,
        "values_left": left,
        "values_indexed": values_indexed(),
        "rows_rotated": tally.rotated,
        "rows_lost_to_writers_and_read_again": tally.lost,
        "values_that_do_not_open": tally.unopened,
        "tables": [table.model._meta.label for table in indexed_tables()],
    }


def _as_text(report: dict[str, Any]) -> str:
    beside = f"; key {report['other_key']} is beside it" if report["other_key"] else ""
    return "\n".join(
        [
            f"The primary index key is {report['primary_key']}{beside}: {report['standing']}.",
            f"Values whose indexes are not those of today: {report['values_left']}",
            f"Rows rewritten: {report['rows_rotated']}",
            f"Values with an index, each of which a whole rotation rewrites twice: {report['values_indexed']}",
            f"Tables with indexes: {', '.join(report['tables']) or 'none'}",
        ]
    )
