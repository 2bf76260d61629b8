"""R10: cleaning up is a command, in batches, and no part of a request."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hardening import clock
from hardening.events import Event, SessionEnded, occurred
from hardening.sessions.clearing import clear_sessions
from hardening.sessions.models import Session
from hardening.testing.statements import counted_statements

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rows(count: int, *, seen: datetime = NOON, account: str = "") -> None:
    Session.objects.bulk_create(
        Session(
            key=f"{account}{seen.hour}-{number}",
            account=account,
            created_at=seen,
            opened_at=seen if account else None,
            last_seen_at=seen,
            expires_at=seen + 4 * HOUR,
        )
        for number in range(count)
    )


def run(*arguments: str) -> str:
    out = StringIO()
    with clock.frozen(NOON + HOUR):
        call_command("clear_sessions", *arguments, stdout=out)
    return out.getvalue()


def test_what_is_over_goes_and_what_lives_stays() -> None:
    rows(3)
    rows(2, seen=NOON + HOUR)

    assert run() == "3 sessions deleted\n"
    assert Session.objects.count() == 2


def test_a_dry_run_only_counts() -> None:
    rows(3)

    assert run("--dry-run") == "3 sessions are over; nothing was deleted\n"
    assert Session.objects.count() == 3


def test_programs_get_json() -> None:
    rows(3)

    assert json.loads(run("--json", "--dry-run")) == {"found": 3, "deleted": 0}
    assert json.loads(run("--json")) == {"found": 3, "deleted": 3}


@pytest.mark.parametrize("size", ["0", "-1", "many"])
def test_an_impossible_batch_is_refused(size: str) -> None:
    with pytest.raises(CommandError, match="batch-size"):
        run("--batch-size", size)


def test_each_batch_is_two_statements() -> None:
    rows(10)
    sizes: list[int] = []

    with clock.frozen(NOON + HOUR), counted_statements() as statements:
        assert clear_sessions(batch_size=4, on_batch=sizes.append) == 10

    assert sizes == [4, 4, 2]
    assert len(statements) == 2 * 3 + 1  # the last look finds nothing


def test_an_abandoned_login_is_told_and_an_abandoned_visit_is_not() -> None:
    rows(1, account="benali")
    rows(1)
    told: list[str] = []

    def note(event: Event, **_: object) -> None:
        told.append(event.account)

    occurred.connect(note, sender=SessionEnded)
    run()
    occurred.disconnect(note, sender=SessionEnded)

    assert told == ["benali"]
