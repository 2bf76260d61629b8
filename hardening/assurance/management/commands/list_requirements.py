"""``manage.py list_requirements``: every address, what it asks of a session, and where that is said (D22)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hardening.assurance.addresses import Address, served_addresses
from hardening.requirements import Level, Requirement


class Command(BaseCommand):
    """For reviews: what a stranger may call is what this prints as ANONYMOUS."""

    help = "List every URL with the assurance it requires and where that is stated."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="a JSON array")
        parser.add_argument("--public", action="store_true", help="only what strangers may call")

    def handle(self, *, as_json: bool, public: bool, **_: Any) -> None:  # noqa: ANN401 - Django's options
        """Print the list."""
        rows = [_row(address) for address in served_addresses() if not public or _is_public(address)]
        if as_json:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        width = max((len(row["requirement"]) for row in rows), default=0)
        for row in rows:
            name = f" ({row['name']})" if row["name"] else ""
            self.stdout.write(f"{row['requirement']:<{width}}  /{row['route']}{name}  [{row['source']}]")


def _is_public(address: Address) -> bool:
    return address.stated.requirement.level == Level.ANONYMOUS


def _row(address: Address) -> dict[str, str]:
    stated = address.stated
    return {
        "route": address.route,
        "name": address.name,
        "requirement": _words(stated.requirement),
        "source": stated.source,
    }


def _words(requirement: Requirement) -> str:
    words = [requirement.level.name]
    if requirement.phishing_resistant:
        words.append("phishing-resistant")
    if requirement.max_age is not None:
        words.append(f"≤ {requirement.max_age}")
    return ", ".join(words)
