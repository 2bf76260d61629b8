"""Build the list of breached passwords that logins are compared with."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hardening.login.breached_file import lines_of, write_list


class Command(BaseCommand):
    """Read a text file, one password a line, and write its digests; the old list stays until the new is whole."""

    help = "Build the file of HARDENING_LOGIN['breached_file'] from a text file with one leaked password a line."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to read from and where to write."""
        parser.add_argument("passwords", type=Path, help="a text file, one password a line, in UTF-8")
        parser.add_argument("target", type=Path, help="the list to write")

    def handle(self, *, passwords: Path, target: Path, **_: Any) -> None:  # noqa: ANN401 - Django's signature
        """Write beside the target, then rename: portals that have the old list mapped keep it."""
        unfinished = target.with_name(f"{target.name}.unfinished")
        try:
            with unfinished.open("wb") as file:
                written = write_list(lines_of(passwords), to=file)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise CommandError(f"the list was not written: {error.strerror}", returncode=2) from error
        self.stdout.write(f"{written} passwords in {target}. Restart the portal to use it.")
