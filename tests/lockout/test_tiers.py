"""R23, R13, R10: each tier on a clock, a store that is away, and half a million rows that nobody reads."""

from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connections
from pytest_django import Settings

from hardening import clock
from hardening.errors import LockedOut, StoreUnavailableError
from hardening.lockout import attempts
from hardening.lockout.buckets import Kind
from hardening.lockout.models import KnownBrowser, StoredBucket
from hardening.testing.statements import counted_statements
from tests.breakages import store_gone, table_held
from tests.lockout.people import LYON, MINUTE, NOON, PASSWORD, SECOND, amine, attempt, request_from

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

TIERS = [1, 2, 4, 8, 15, 15, 15]
"""Minutes of rest after the failure that fills a bucket, and after each further one."""
STALE = 600_000


def rests(fill: int, **how: Any) -> Iterator[timedelta]:
    """Fail as soon as it is allowed, and yield each rest; a second before its end nothing passes."""
    at = NOON
    for number in range(fill + len(TIERS) - 1):
        with clock.frozen(at):
            guess(number, **how).fail()
        if number + 1 < fill:
            continue
        with clock.frozen(at), pytest.raises(LockedOut) as refusal:
            guess(number, **how)
        until = refusal.value.until
        with clock.frozen(until - SECOND), pytest.raises(LockedOut):
            guess(number, **how)
        yield until - at
        at = until


def guess(number: int, *, step: str = "password", device: KnownBrowser | None = None, names: int = 1) -> attempts.Slot:
    name = "amine.benali" if names == 1 else f"name {number}"
    return attempts.reserve(submitted=name, step=step, client=LYON, device=device)


@pytest.mark.parametrize("step", ["password", "code", "recovery"])
def test_each_tier_of_the_unknown_browsers_ends_on_the_second(step: str) -> None:
    assert [rest // MINUTE for rest in rests(5, step=step)] == TIERS


def test_each_tier_of_a_known_browser_ends_on_the_second() -> None:
    device = KnownBrowser.objects.create(account=amine(), series="s", token="t", rotated_at=NOON, last_used_at=NOON)

    assert [rest // MINUTE for rest in rests(5, device=device)] == TIERS
    assert StoredBucket.objects.get().kind == Kind.KNOWN_BROWSER


def test_each_tier_of_an_address_ends_on_the_second() -> None:
    assert [rest // MINUTE for rest in rests(20, names=27)] == TIERS


def test_a_day_after_the_failures_the_first_tier_is_the_first_again() -> None:
    list(rests(5))
    with clock.frozen(NOON + timedelta(days=2)):
        assert [attempt().buckets[0].locked_until(at=NOON + timedelta(days=2)) for _ in range(4)] == [None] * 4


@pytest.mark.alone
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_while_the_store_is_gone_the_right_password_opens_nothing_and_the_answer_does_not_wait() -> None:
    """R13."""
    amine()
    with store_gone():
        before = perf_counter()
        with pytest.raises(StoreUnavailableError):
            authenticate(request_from(), username="amine.benali", password=PASSWORD)
        took = perf_counter() - before

    assert took < 0.3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_a_store_that_is_frozen_is_waited_for_five_seconds_and_no_longer() -> None:
    """R13: then nobody logs in; the wait is the lock_timeout of the function itself, whatever the client asks."""
    amine()
    with table_held("hardening_lockout_bucket"):
        before = perf_counter()
        with pytest.raises(StoreUnavailableError):
            authenticate(request_from(), username="amine.benali", password=PASSWORD)
        took = perf_counter() - before

    assert 4.5 < took < 8


@pytest.mark.alone
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_a_login_reads_none_of_six_hundred_thousand_stale_rows(settings: Settings) -> None:
    """R10, counted by the server: what is read and how, instead of seconds that depend on the machine."""
    settings.AUTHENTICATION_BACKENDS = ["hardening.backends.HardeningBackend"]
    benali = amine()
    with connections["hardening"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO hardening_lockout_bucket"
            " (key, kind, account, network, failures, refused, second_step_failures, last_failed_at)"
            ' SELECT gen_random_uuid(), 1, \'\', \'\', \'[[0, "slot", "password", "", ""]]\', 0, 0,'
            " now() - interval '3 days' FROM generate_series(1, %s)",
            [STALE],
        )
        cursor.execute("ANALYZE hardening_lockout_bucket")
    before = rows_read()

    with counted_statements() as statements:
        assert authenticate(request_from(), username="amine.benali", password=PASSWORD) == benali
        for _ in range(5):
            attempt()
        with pytest.raises(LockedOut):
            attempt()

    scans, rows = (after - earlier for after, earlier in zip(rows_read(), before, strict=True))
    assert (scans, len(statements)) == (0, 3 + 6 + 1)
    assert 0 < rows < 100
    assert StoredBucket.objects.count() == STALE + 2


def rows_read() -> tuple[int, int]:
    """Return how often the table of buckets was read whole, and how many of its rows were fetched by an index."""
    with connections["hardening"].cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT seq_scan, idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'hardening_lockout_bucket'"
        )
        scans, rows = cursor.fetchone()
    return int(scans), int(rows or 0)
