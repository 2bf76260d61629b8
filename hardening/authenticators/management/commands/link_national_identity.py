"""Let the holder of a national identity into an account."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hardening.authenticators.identities import IdentityTaken, OwnIdentityRefused, link

PERMISSION = "hardening_authenticators.add_nationalidentity"


class Command(BaseCommand):
    """Links one number, on the word of an administrator who is named."""

    help = "Link an account to a national identity, so that its holder's card logs in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose, which number, whose number, and on whose word."""
        parser.add_argument("username", help="Account that the card will open.")
        parser.add_argument("national_id", help="Number with its type digit in front: 8 and the RPPS number.")
        parser.add_argument("--issuer", required=True, help="Address of the issuer, as its identity tokens name it.")
        parser.add_argument("--by", required=True, help="Username of the administrator who has seen the proof.")

    def handle(self, *, username: str, national_id: str, issuer: str, by: str, **_: Any) -> None:  # noqa: ANN401 - Django's
        """Link, or say why not."""
        model = get_user_model()
        accounts = model._default_manager
        try:
            account, author = accounts.get_by_natural_key(username), accounts.get_by_natural_key(by)
        except model.DoesNotExist as unknown:
            raise CommandError("There is no account of one of these names.") from unknown
        if not author.is_active or not author.has_perm(PERMISSION):
            raise CommandError("This administrator may not link national identities.")
        try:
            link(issuer, national_id, account=account, linked_by=author)
        except OwnIdentityRefused as refusal:
            raise CommandError("Nobody links an identity to himself: name another administrator.") from refusal
        except IdentityTaken as refusal:
            raise CommandError("The identity is another account's, or the account has another one.") from refusal
        self.stdout.write(f"{username} is opened by this identity.\n")
