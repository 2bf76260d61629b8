"""Try other limits on the failures that are recorded."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hardening.lockout.what_if import LIMITS, WhatIf, recorded_histories, what_if


class Command(BaseCommand):
    """Print, for each limit, how many of the recorded guesses it would have refused, and for how long it would rest."""

    help = "Show what other values of HARDENING_LOCKOUT['failures'] would have done with the recorded failures."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the limits to try, and ``--json`` for one object a line."""
        parser.add_argument("limits", nargs="*", type=int, default=list(LIMITS), help="failures before the first rest")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *, limits: list[int], **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Print them, the limit in force marked."""
        if min(limits) < 1:
            raise CommandError("A limit is at least 1.", returncode=2)
        histories = recorded_histories()
        for found in what_if(histories, limits=limits):
            self.stdout.write(json.dumps(_record(found)) if options["json"] else _line(found))


def _record(each: WhatIf) -> dict[str, Any]:
    return {
        "limit": each.limit,
        "is_in_force": each.is_in_force,
        "evaluated": each.found.evaluated,
        "refused": each.found.refused,
        "rested_seconds": int(each.found.rested.total_seconds()),
    }


def _line(each: WhatIf) -> str:
    mark = " (in force)" if each.is_in_force else ""
    found = each.found
    return f"limit {each.limit}{mark}: {found.evaluated} compared, {found.refused} refused, {found.rested} at rest"
