"""List the lockouts that are open."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hardening.lockout.review import OpenLockout, open_lockouts

SOME_ARE_OPEN = 3


class Command(BaseCommand):
    """Print each open lockout with its reason; exit 0 where there is none, 3 where there are some."""

    help = "List the lockouts that are open, and why. Exit 0: none; 3: some."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--json`` for one object a line, and ``--limit``."""
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("--limit", type=int, default=200, help="at most so many, the latest first")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Print them."""
        found = open_lockouts(limit=options["limit"])
        for lockout in found:
            self.stdout.write(_record(lockout) if options["json"] else _lines(lockout))
        if found:
            sys.exit(SOME_ARE_OPEN)
        if not options["json"]:
            self.stdout.write("No lockout is open.")


def _record(lockout: OpenLockout) -> str:
    record = {**asdict(lockout), "kind": lockout.kind.name.lower(), "reason": lockout.reason}
    return json.dumps(record, default=str, ensure_ascii=False)


def _lines(lockout: OpenLockout) -> str:
    who = f"account {lockout.account}" if lockout.account else lockout.kind.name.lower().replace("_", " ")
    where = ", ".join((*lockout.networks, *lockout.browsers)) or "nowhere known"
    return f"{lockout.key}  {who}\n    {lockout.reason}\n    from {where}"
