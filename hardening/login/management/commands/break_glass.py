"""Emergency access: let an administrator in from the server."""

import re
import sys
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hardening.login.break_glass import NoAdministrator, let_in
from hardening.login.letter import letter_address

_BY = re.compile(r"[\w.@+\-]{1,50}", re.ASCII)


class Command(BaseCommand):
    """Only by somebody at a terminal of the server, who says twice that he means it."""

    help = (
        "Emergency access: release an administrator's lockouts and print a grant of ten minutes for one authenticator. "
        "Audited, logged as critical, mailed to every administrator. Exit 2: refused, nothing was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for whom, who, why, and for both confirmations."""
        parser.add_argument("username", help="the administrator to let in")
        parser.add_argument("--by", required=True, help="who does it: a short name without spaces")
        parser.add_argument("--reason", required=True, help="why, in a sentence")
        parser.add_argument("--let-in", action="store_true", help="first confirmation: nobody else can let him in")
        parser.add_argument("--tell-everybody", action="store_true", help="second: every administrator gets a mail")

    def handle(self, *, username: str, by: str, reason: str, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Refuse what is not meant, then be heard doing it."""
        if not (options["let_in"] and options["tell_everybody"]):
            raise CommandError("Emergency access needs both --let-in and --tell-everybody.", returncode=2)
        if not sys.stdin.isatty():
            # A script or a job that an intruder left behind has no terminal.
            raise CommandError("Emergency access is given at a terminal of the server, by a person.", returncode=2)
        if not _BY.fullmatch(by) or not reason.strip():
            raise CommandError("--by takes a short name without spaces, --reason a sentence.", returncode=2)
        model = get_user_model()
        try:
            account = model._default_manager.get_by_natural_key(username)
            letter = let_in(account, operator=f"server:{by}", reason=reason.strip())
        except (model.DoesNotExist, NoAdministrator) as refusal:
            raise CommandError("Emergency access is for administrators in service.", returncode=2) from refusal
        self.stdout.write(f"Code: {letter.code}\nExpires: {letter.expires_at:%H:%M} UTC\n{letter_address(letter)}")
        self.stderr.write(self.style.WARNING(f"BREAK-GLASS by {by}: audited, and mailed to every administrator."))
