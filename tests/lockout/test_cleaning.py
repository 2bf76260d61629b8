import json
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connections

from hardening import clock
from hardening.lockout import attempts
from hardening.lockout.models import KnownBrowser, StoredBucket
from hardening.testing.statements import counted_statements
from tests.lockout.people import HOUR, NOON, PASSWORD, amine, attempt, fail, request_from

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

DAY = timedelta(days=1)


def clean(*arguments: str) -> str:
    said = StringIO()
    call_command("clean_lockouts", *arguments, stdout=said)
    return said.getvalue().strip()


def stale(number: int) -> None:
    old = [[0, "slot", "password", "192.0.2.0/24", ""]]
    rows = [
        StoredBucket(key=UUID(int=each), kind=1, failures=old, last_failed_at=NOON - 2 * DAY) for each in range(number)
    ]
    StoredBucket.objects.bulk_create(rows)


def test_what_no_rule_reads_is_removed_in_batches() -> None:
    stale(25)
    with clock.frozen(NOON):
        fail()
        assert clean("--batch-size", "10") == "25 buckets and 0 known browsers removed."

    assert StoredBucket.objects.count() == 2


def test_a_failure_of_today_is_kept() -> None:
    with clock.frozen(NOON):
        fail(5)
    with clock.frozen(NOON + DAY - timedelta(seconds=1)):
        assert clean().startswith("0 buckets")
    with clock.frozen(NOON + DAY):
        assert clean().startswith("2 buckets")


def test_what_somebody_should_look_at_is_kept_for_thirty_days() -> None:
    for hour in range(10):
        with clock.frozen(NOON + hour * HOUR):
            fail()
    with clock.frozen(NOON + 30 * DAY):
        clean()
        assert StoredBucket.objects.count() == 1
    with clock.frozen(NOON + 31 * DAY):
        clean()
        assert StoredBucket.objects.count() == 0


def test_patient_guessing_after_a_right_password_is_remembered_for_a_year() -> None:
    """R25: a code a week must not fall out of the count."""
    with clock.frozen(NOON):
        fail(step="code")
    with clock.frozen(NOON + 365 * DAY):
        clean()
        slot = attempt(step="code")

    assert slot.buckets[0].second_step_failures == 2


def test_a_browser_that_is_known_no_more_is_removed() -> None:
    benali = amine()
    for days in (89, 90):
        KnownBrowser.objects.create(
            account=benali, series=f"{days}", token="t", rotated_at=NOON, last_used_at=NOON - days * DAY
        )
    with clock.frozen(NOON):
        assert clean() == "0 buckets and 1 known browsers removed."


def test_a_login_removes_nothing_and_sends_the_same_statements_over_stale_rows() -> None:
    """R10: rows are read by their key, and swept by a command only."""
    benali = amine()
    stale(5_000)
    with counted_statements() as statements:
        assert authenticate(request_from(), username="amine.benali", password=PASSWORD) == benali

    assert len(statements) == 3  # the slot, the account, the slot given back
    assert StoredBucket.objects.count() == 5_002


@pytest.mark.postgresql
def test_a_bucket_is_found_by_its_key_among_many() -> None:
    """R10."""
    stale(5_000)
    with connections["hardening"].cursor() as cursor:
        cursor.execute("ANALYZE hardening_lockout_bucket")
        query = "EXPLAIN (FORMAT JSON) SELECT failures FROM hardening_lockout_bucket WHERE key = %s FOR UPDATE"
        cursor.execute(query, [attempts.own_key("amine.benali")])
        plan = json.dumps(cursor.fetchone()[0])

    assert "Index Scan" in plan
    assert "Seq Scan" not in plan
