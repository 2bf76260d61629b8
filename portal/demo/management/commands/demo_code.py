"""``manage.py demo_code USERNAME``: what the phone of somebody in the demonstration shows now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hardening.authenticators.models import OneTimeCode
from portal.demo.enrolling import next_code
from portal.demo.profile import require_demonstration


class Command(BaseCommand):
    """A command that shows a code is a way around the second step: it works in the demonstration only."""

    help = "Print the current one-time code of a login of the demonstration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the login."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401, ARG002 - Django's own signature
        """Print six digits, and from when they work if they do not yet."""
        require_demonstration()
        try:
            code, wait = next_code(options["username"])
        except OneTimeCode.DoesNotExist:
            raise CommandError(f"{options['username']} has no one-time code") from None
        self.stdout.write(f"{code[:3]} {code[3:]}")
        if wait:
            self.stderr.write(f"the present code has been used; this one works in {wait.seconds + 1} s")
