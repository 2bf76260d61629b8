"""``manage.py rotate_keys``: give every sealed value the form of today, under the primary encryption key."""

import json as json_format
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hardening.encryption.census import Headers, by_key, headers
from hardening.encryption.operations import LocalOperations
from hardening.encryption.rotation import Tally, rotate_range
from hardening.encryption.sealed_field import SealedField
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
            local = LocalOperations(key_ring())
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
        report = _report(local, before=before, after=after, tally=tally) | {"is_dry_run": options["dry_run"]}
        if shadow and options["dry_run"]:
            report["shadow"] = shadow.foreseen(tables)
        self.stdout.write(json_format.dumps(report, indent=2) if options["json"] else _as_text(report))
        if not options["dry_run"] and report["values_left"]:
            raise CommandError(
                f"{report['values_left']} values do not stand under key {report['primary_key']}, or not under the"
                " index keys of today"
            )

    def _tell(self, sentence: str) -> None:
        self.stderr.write(sentence, self.style.NOTICE)


def _count(tables: list[SealedTable]) -> dict[SealedField, Headers]:
    return {field: headers(field) for table in tables for field in table.fields}


def _report(
    local: LocalOperations, *, before: dict[SealedField, Headers], after: dict[SealedField, Headers], tally: Tally
) -> dict[str, Any]:
    return {
        "primary_key": local.ring.primary_id("encryption"),
        "values_before": _by_key(before),
        "values_after": _by_key(after),
        "values_left": sum(
            values
            for field, counted in after.items()
            for header, values in counted.items()
            if header != local.head(field.place)
        ),
        "rows_rotated": tally.rotated,
        "rows_lost_to_writers_and_read_again": tally.lost,
        "values_that_do_not_open": tally.unopened,
        "listed": [dict(zip(("model", "pk", "field"), found, strict=True)) for found in tally.listed],
    }


def _by_key(counted: dict[SealedField, Headers]) -> dict[str, int]:
    found: Counter[int] = Counter()
    for of_field in counted.values():
        found += by_key(of_field)
    return {str(key_id): found[key_id] for key_id in sorted(found)}


def _as_text(report: dict[str, Any]) -> str:
    lines = [f"The primary encryption key is {report['primary_key']}."]
    for when in ("before",) if report["is_dry_run"] else ("before", "after"):
        counts = report[f"values_{when}"].items()
        told = ", ".join(f"key {key_id}: {values}" for key_id, values in counts) or "none"
        lines.append(f"Sealed values {when}: {told}")
    if report["is_dry_run"]:
        lines.append(f"Values that a run would put under it: {report['values_left']}; nothing was changed")
        return "\n".join([*lines, *foreseen_as_text(report.get("shadow", []))])
    lines += [
        f"Rows rotated: {report['rows_rotated']}",
        f"Rows that a concurrent writer changed first, read again: {report['rows_lost_to_writers_and_read_again']}",
        f"Values that do not open and were left alone: {report['values_that_do_not_open']}",
    ]
    lines += [f"  {found['model']} {found['pk']} {found['field']}" for found in report["listed"]]
    return "\n".join([*lines, *foreseen_as_text(report.get("shadow", []))])
