"""``manage.py rotate_keys``: put every sealed value under the primary encryption key."""

import json as json_format
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hardening.encryption.census import values_by_key
from hardening.encryption.rotation import Tally, rotate_range
from hardening.encryption.sealed_scan import add_scan_options, chosen_tables, scan
from hardening.encryption.sealed_table import SealedTable
from hardening.encryption.shadow.command import add_shadow_options, foreseen_as_text, shadow_options
from hardening.errors import KeyUnavailableError
from hardening.keys.ring import key_ring


class Command(BaseCommand):
    """Rotate, count anew and say what was done; nothing is called done that the count does not show."""

    help = "Reseal what stands under an earlier encryption key. Safe to interrupt: run it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        add_scan_options(parser)
        parser.add_argument("--dry-run", action="store_true", help="Count the values under each key and stop.")
        add_shadow_options(parser)

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own options
        """Rotate, and end with exit status 1 while a value stands under another key."""
        try:
            primary = key_ring().primary_id("encryption")
        except KeyUnavailableError as error:
            raise CommandError(f"{error}") from None
        tables = chosen_tables(options["model"])
        shadow = shadow_options(options, tables)
        if shadow and options["abandon"]:
            self.stdout.write(f"Unfinished copies removed: {shadow.abandoned(tables)}")
            return
        before = _count(tables)
        tally = Tally()
        if not options["dry_run"]:
            for part in shadow.rotated(tables, tell=self._tell) if shadow else scan(tables, rotate_range, options):
                tally.add(part)
        after = before if options["dry_run"] else _count(tables)
        report = _report(primary, before=before, after=after, tally=tally)
        if shadow and options["dry_run"]:
            report["shadow"] = shadow.foreseen(tables)
        self.stdout.write(json_format.dumps(report, indent=2) if options["json"] else _as_text(report))
        if not options["dry_run"] and report["values_left"]:
            raise CommandError(f"{report['values_left']} values do not stand under key {primary}")

    def _tell(self, sentence: str) -> None:
        self.stderr.write(sentence, self.style.NOTICE)


def _count(tables: list[SealedTable]) -> Counter[int]:
    return values_by_key(field for table in tables for field in table.fields)


def _report(primary: int, *, before: Counter[int], after: Counter[int], tally: Tally) -> dict[str, Any]:
    return {
        "primary_key": primary,
        "values_before": {str(key_id): before[key_id] for key_id in sorted(before)},
        "values_after": {str(key_id): after[key_id] for key_id in sorted(after)},
        "values_left": sum(values for key_id, values in after.items() if key_id != primary),
        "rows_rotated": tally.rotated,
        "rows_lost_to_writers_and_read_again": tally.lost,
        "values_that_do_not_open": tally.unopened,
        "listed": [dict(zip(("model", "pk", "field"), found, strict=True)) for found in tally.listed],
    }


def _as_text(report: dict[str, Any]) -> str:
    lines = [f"The primary encryption key is {report['primary_key']}."]
    for when in ("before", "after"):
        counts = report[f"values_{when}"].items()
        told = ", ".join(f"key {key_id}: {values}" for key_id, values in counts) or "none"
        lines.append(f"Sealed values {when}: {told}")
    lines += [
        f"Rows rotated: {report['rows_rotated']}",
        f"Rows that a concurrent writer changed first, read again: {report['rows_lost_to_writers_and_read_again']}",
        f"Values that do not open and were left alone: {report['values_that_do_not_open']}",
    ]
    lines += [f"  {found['model']} {found['pk']} {found['field']}" for found in report["listed"]]
    return "\n".join([*lines, *foreseen_as_text(report.get("shadow", []))])
