"""``manage.py demo_browser USERNAME``: the cookie of a browser that somebody of the cast uses every day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hardening.testing.browsers import known_browser_cookie
from portal.accounts.models import Account
from portal.demo.profile import require_demonstration


class Command(BaseCommand):
    """Prints name and value, parted by a space."""

    help = "Print the cookie by which a browser is known to an account of the demonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare whose browser it is."""
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:  # noqa: ANN401, ARG002 - Django's own signature
        """Make a browser known and print what it holds."""
        require_demonstration()
        account = Account.objects.get_by_natural_key(username)
        self.stdout.write(" ".join(known_browser_cookie(account)))
