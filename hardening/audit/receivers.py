"""Every event becomes one entry. Deliberately no list of events here: a new one is audited from its first day."""

from datetime import UTC
from typing import Any

from django.apps import AppConfig
from django.db import router

from hardening import clock
from hardening.audit.months import MONTHS
from hardening.audit.recording import record
from hardening.events import Event
from hardening.routing import ALIAS


def on_event(*, event: Event, **_: object) -> None:
    """Write the entry; its exception aborts the change that the event tells of (fail closed)."""
    record(event)


def on_migrated(*, sender: AppConfig, using: str, plan: Any = (), **_: object) -> None:  # noqa: ANN401, ARG001 - Django's
    """Make the coming months whenever migrations ran: one more chance not to forget them."""
    if using == ALIAS and router.allow_migrate(using, sender.label):
        MONTHS.make(today=clock.now().astimezone(UTC).date(), using=using)
