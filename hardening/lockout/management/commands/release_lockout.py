"""End a lockout from the server: the way in for an administrator who is locked out himself."""

import logging
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hardening.lockout.review import release_name

logger = logging.getLogger("hardening.lockout")

_BY = re.compile(r"[\w.@+\-]{1,50}", re.ASCII)


class Command(BaseCommand):
    """Release every lockout under a name; exit 0 when one ended, 1 when there was none."""

    help = "End the lockouts under a username. Audited. Exit 0: released; 1: nothing was locked; 2: wrong usage."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask who and why: whoever reads the entry next year was not there."""
        parser.add_argument("name", help="the username, as it is typed at the login")
        parser.add_argument("--reason", required=True, help="why, in a sentence")
        parser.add_argument("--by", required=True, help="who does it: a short name without spaces")

    def handle(self, *, name: str, reason: str, by: str, **_: Any) -> None:  # noqa: ANN401 - Django's signature
        """Release, and be heard doing so."""
        if not _BY.fullmatch(by):
            raise CommandError("--by takes a short name without spaces, such as sophie.", returncode=2)
        try:
            released = release_name(name, released_by=f"server:{by}", reason=reason)
        except ValueError as error:
            raise CommandError(f"{error}.", returncode=2) from error
        if not released:
            raise CommandError("Nothing is locked under this name.", returncode=1)
        logger.critical("break-glass: %s lockouts released on the server by %s", released, by)
        self.stderr.write(self.style.WARNING(f"BREAK-GLASS: {released} lockout(s) released by {by}. This is audited."))
