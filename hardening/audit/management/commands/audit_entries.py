"""``manage.py audit_entries``: read the audit, newest first."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, make_aware

from hardening.audit.exporting import as_record
from hardening.audit.models import Entry
from hardening.audit.reading import Criteria, matching


class Command(BaseCommand):
    """Print entries, newest first, one per line."""

    help = "Print audit entries, newest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the criteria; those of the console's search, by the same names."""
        parser.add_argument("--account", default="", help="opaque id of the account concerned")
        parser.add_argument("--actor", default="", help="opaque id of who acted, where that is not the account")
        parser.add_argument("--event", default="", help="name of the event, such as lockout.bucket.locked")
        parser.add_argument("--request", default="", help="reference that a person quotes to support")
        parser.add_argument(
            "--since", type=moment, help="from this day or moment on, such as 2026-03-03 or 2026-03-03T09:00"
        )
        parser.add_argument("--until", type=moment, help="before this day or moment")
        parser.add_argument("--limit", type=int, default=100, help="at most so many entries (default 100; 0: all)")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Stream the entries, so that all of them fit in memory however many they are."""
        if options["limit"] < 0:
            raise CommandError("--limit is a number of entries, 0 for all")
        criteria = Criteria(
            account=options["account"],
            actor=options["actor"],
            event=options["event"],
            request_id=options["request"],
            since=options["since"],
            until=options["until"],
        )
        entries = matching(criteria)
        chosen = entries[: options["limit"]] if options["limit"] else entries
        for entry in chosen.iterator():
            self.stdout.write(json.dumps(as_record(entry), ensure_ascii=False) if options["json"] else line(entry))


def line(entry: Entry) -> str:
    """Return one entry for a person to read."""
    who = entry.account + (f" (by {entry.actor})" if entry.actor else "")
    where = entry.network or "-"
    return f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z  {entry.name:<36} {who or '-'}  {where}  {entry.payload}"


def moment(text: str) -> datetime:
    """Return the moment that was typed; a day begins at midnight, both in the portal's time zone.

    Raise ValueError, which argparse turns into a usage message.
    """
    if (day := parse_date(text)) is not None:
        return make_aware(datetime(day.year, day.month, day.day), get_current_timezone())  # noqa: DTZ001 - made aware here
    parsed = parse_datetime(text)
    if parsed is None:
        raise ValueError(text)
    return parsed if parsed.tzinfo else make_aware(parsed, get_current_timezone())
