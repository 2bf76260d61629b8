"""What the disclosure domain does when something happens elsewhere."""

from datetime import UTC
from typing import Any

from django.apps import AppConfig

from hardening import clock
from hardening.disclosure.months import MONTHS
from hardening.routing import ALIAS


def on_migrated(*, sender: AppConfig, using: str, plan: Any = (), **_: object) -> None:  # noqa: ANN401, ARG001 - Django's
    """Make the ledger's coming months whenever migrations ran: one more chance not to forget them."""
    if using == ALIAS:
        MONTHS.make(today=clock.now().astimezone(UTC).date(), using=using)
