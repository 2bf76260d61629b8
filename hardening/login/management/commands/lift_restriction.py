"""Let an account's codes and new authenticators be believed again, once somebody has called its owner back."""

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hardening import clock
from hardening.authenticators import restrictions
from hardening.events import ReviewNoted, emit

_BY = re.compile(r"[\w.@+\-]{1,50}", re.ASCII)


class Command(BaseCommand):
    """For an owner who has only codes and said of a login that it was not his: a call back is what ends the doubt."""

    help = (
        "End what an account is under after a disowned login, a letter or a recovery. Call its owner back first, at a"
        " number that was on file before. Audited. Exit 0: ended; 1: it was under nothing; 2: wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for whom, who and why."""
        parser.add_argument("username")
        parser.add_argument("--by", required=True, help="who does it: a short name without spaces")
        parser.add_argument("--reason", required=True, help="why, in a sentence")

    def handle(self, *, username: str, by: str, reason: str, **_: Any) -> None:  # noqa: ANN401 - Django's signature
        """Write down who says so, and end it."""
        if not _BY.fullmatch(by) or not reason.strip():
            raise CommandError("--by takes a short name without spaces, --reason a sentence.", returncode=2)
        model = get_user_model()
        try:
            account = str(model._default_manager.get_by_natural_key(username).pk)
        except model.DoesNotExist as unknown:
            raise CommandError("There is no such account.", returncode=2) from unknown
        with transaction.atomic():
            is_lifted = restrictions.lift(account, by="reviewer")
            if is_lifted:
                said = reason.strip()
                emit(ReviewNoted(at=clock.now(), account=account, actor=f"server:{by}", action="lifted", reason=said))
        if not is_lifted:
            raise CommandError("This account is under nothing.", returncode=1)
        self.stdout.write(f"{username} is believed again.")
