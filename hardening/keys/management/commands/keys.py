"""``manage.py keys``: make the first key ring, and say how the ring stands."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.creation import create_keys
from hardening.keys.key_store import read_keys
from hardening.keys.models import KeyRecord
from hardening.keys.verification import contradictions


class Command(BaseCommand):
    """Make or show the key ring. It never prints a key."""

    help = "Make the first key ring (init), or say how it stands (status)."
    requires_system_checks = ()  # its own purpose is to mend what they would complain of

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the two actions."""
        parser.add_argument("action", choices=["init", "status"])
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *, action: str, json: bool, **_: Any) -> None:  # noqa: ANN401 - Django's own options
        """Run one action; a ring that must not be used ends with exit status 1."""
        try:
            report = self._init() if action == "init" else self._status()
        except KeyUnavailableError as error:
            raise CommandError(f"{error}") from None
        self.stdout.write(_as_json(report) if json else _as_text(report))
        if report["problems"]:
            raise CommandError("the key ring must not be used as it stands")

    def _init(self) -> dict[str, Any]:
        create_keys()
        return self._status()

    def _status(self) -> dict[str, Any]:
        path = KeysSettings.load().path()
        records = KeyRecord.objects.using("default").order_by("pk")
        return {
            "file": str(path),
            "keys": [
                {
                    "id": record.pk,
                    "keyset": record.keyset,
                    "state": record.state,
                    "check": record.check_value,
                    "created_at": record.created_at.isoformat(),
                    "rows_sealed": record.rows_sealed,
                }
                for record in records
            ],
            "problems": contradictions(read_keys(), records),
        }


def _as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=2)


def _as_text(report: dict[str, Any]) -> str:
    lines = [f"Key file: {report['file']}", f"{'id':>5}  {'keyset':<10}  {'state':<9}  {'check':<16}  created"]
    lines += [
        f"{key['id']:>5}  {key['keyset']:<10}  {key['state']:<9}  {key['check']:<16}  {key['created_at']}"
        for key in report["keys"]
    ]
    lines += [f"Problem: {problem}" for problem in report["problems"]]
    if not report["problems"]:
        lines.append(
            "The database knows every key of the file, and every canary opens. Keep a copy of the file off site."
        )
    return "\n".join(lines)
