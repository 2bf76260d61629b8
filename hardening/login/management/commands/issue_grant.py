"""Write an enrolment letter from the server."""

import io
import json
from typing import Any

import segno
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hardening.authenticators.grants import OwnGrantRefused, issue_grant
from hardening.login.letter import letter_address


class Command(BaseCommand):
    """Prints the code once; it is stored hashed."""

    help = "Issue an enrolment grant: the single-use letter that lets an account bind a one-time code."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the beneficiary and the issuer."""
        parser.add_argument("username", help="Account that will bind a telephone.")
        parser.add_argument("--by", required=True, help="Username of the administrator who answers for it.")
        parser.add_argument("--reason", default="", help="Why, for whoever reviews it.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *, username: str, by: str, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Issue the grant, or say why not."""
        accounts = get_user_model()._default_manager
        model = get_user_model()
        try:
            account, issuer = accounts.get_by_natural_key(username), accounts.get_by_natural_key(by)
        except model.DoesNotExist as unknown:
            raise CommandError("There is no account of one of these names.") from unknown
        if not issuer.is_active or not issuer.has_perm("hardening_authenticators.add_enrolmentgrant"):
            raise CommandError("The issuer may not issue enrolment grants.")
        if not account.is_active:
            raise CommandError("The account is disabled; a letter would open nothing.")
        try:
            letter = issue_grant(account=account, issued_by=issuer, reason=options["reason"])
        except OwnGrantRefused as refusal:
            raise CommandError("Nobody writes a letter to himself: name another administrator.") from refusal
        address = letter_address(letter)
        if options["json"]:
            found = {"username": username, "code": letter.code, "address": address, "expires_at": letter.expires_at}
            self.stdout.write(json.dumps(found, default=str))
            return
        self.stdout.write(f"Code: {letter.code}\nExpires: {letter.expires_at:%Y-%m-%d %H:%M} UTC\n{address}\n")
        picture = io.StringIO()
        segno.make(address, error="m", micro=False).terminal(out=picture, border=2, compact=True)
        self.stdout.write(picture.getvalue())
