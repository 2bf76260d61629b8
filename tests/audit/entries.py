"""Entries in numbers, written the quick way: what a test of reading needs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hardening.audit.models import Entry
from hardening.audit.recording import entry_of
from hardening.events import AttemptFailed, Event, PasswordAccepted


def write(*events: Event) -> list[Entry]:
    """Write one entry for each event, in one statement."""
    return Entry.objects.bulk_create([entry_of(event) for event in events], batch_size=1_000)


def a_day_of(*, entries: int, accounts: int, at: datetime) -> Iterator[Event]:
    """Return events spread over many accounts, a few of them failures, a second apart."""
    for number in range(entries):
        moment, account = at + timedelta(seconds=number), f"account-{number % accounts}"
        if number % 50:
            yield PasswordAccepted(at=moment, account=account)
        else:
            yield AttemptFailed(at=moment, account=account, step="code")
