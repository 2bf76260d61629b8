"""``manage.py verify_sealed``: find sealed values that are not what their row says."""

import json as json_format
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hardening.encryption.sealed_scan import add_scan_options, chosen_tables, scan
from hardening.encryption.verification import Findings, verify_range
from hardening.errors import KeyUnavailableError
from hardening.keys.ring import key_ring

_NAMED = 10
"""Rows that a line names: a column under a lost key would fill the screen."""


class Command(BaseCommand):
    """Open everything once, show nothing of it."""

    help = "Scan all sealed columns for values that do not open on their row or have a wrong index."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        add_scan_options(parser)

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own options
        """Scan, and end with exit status 1 if anything is wrong."""
        try:
            key_ring()
        except KeyUnavailableError as error:
            raise CommandError(f"{error}") from None
        findings = Findings()
        for part in scan(chosen_tables(options["model"]), verify_range, options):
            findings.add(part)
        self.stdout.write(_as_json(findings) if options["json"] else _as_text(findings))
        if findings.found:
            raise CommandError(f"{findings.found} findings")


def _as_json(findings: Findings) -> str:
    listed = [dict(zip(("model", "pk", "field", "what"), found, strict=True)) for found in findings.listed]
    return json_format.dumps({"values": findings.values, "found": findings.found, "listed": listed}, indent=2)


def _as_text(findings: Findings) -> str:
    lines = [f"{findings.values} sealed values read, {findings.found} findings"]
    for (model, name, what), values in findings.kinds.items():
        keys = [found[1] for found in findings.listed if (found[0], *found[2:]) == (model, name, what)]
        more = f" and {values - _NAMED} more (--json names them)" if values > _NAMED else ""
        lines.append(f"  {model} {name}: {what}: {', '.join(keys[:_NAMED])}{more}")
    return "\n".join(lines)
