import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hardening.clients import Client
from hardening.events import LockoutReleased, PasswordChanged
from tests.audit.entries import a_day_of, write

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
AT_HOME = Client(address="203.0.113.7", network="203.0.113.0/24", browser="Firefox, Linux")


def audit_entries(*arguments: str) -> list[str]:
    said = StringIO()
    call_command("audit_entries", *arguments, stdout=said)
    return said.getvalue().splitlines()


def test_an_entry_is_one_line() -> None:
    released = LockoutReleased(
        at=NOON,
        account="claire",
        client=AT_HOME,
        released_by="sophie",
        reason="she called",
        bucket="unknown_browsers",
        failures=7,
    )
    write(released)

    (line,) = audit_entries()

    assert line.split() == [
        "2026-03-03", "12:00:00Z", "lockout.bucket.released", "claire", "(by", "sophie)", "203.0.113.0/24",
        '{"browser":"Firefox,', 'Linux","bucket":"unknown_browsers","failures":7,"reason":"she', 'called"}',
    ]  # fmt: skip


def test_a_record_holds_the_whole_entry() -> None:
    (written,) = write(PasswordChanged(at=NOON, account="claire", by="owner"))

    (line,) = audit_entries("--json")

    assert json.loads(line) == {
        "at": "2026-03-03T12:00:00.000000+00:00",
        "event": "login.password.changed",
        "account": "claire",
        "details": {"by": "owner"},
        "entry": written.reference,
    }


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ([], 60),
        (["--limit=7"], 7),
        (["--limit=0"], 60),
        (["--account=account-1"], 30),
        (["--event=login.attempt.failed"], 2),
        (["--since=2026-03-03T13:00:50"], 10),
        (["--since=2026-03-04"], 0),
        (["--until=2026-03-03T12:00:10Z"], 10),
    ],
)
def test_each_criterion_narrows_the_answer(arguments: list[str], lines: int) -> None:
    write(*a_day_of(entries=60, accounts=2, at=NOON))
    assert len(audit_entries(*arguments)) == lines


@pytest.mark.parametrize("argument", ["--since=yesterday", "--since=2026-13-01", "--limit=-1"])
def test_a_criterion_that_means_nothing_is_refused(argument: str) -> None:
    with pytest.raises((CommandError, ValueError)):
        audit_entries(argument)
