"""R9, R11: what an attacker sends neither grows a table nor stays in one."""

import pytest
from django.contrib.auth import authenticate
from django.db import connections

from hardening import clock
from hardening.errors import LockedOut
from hardening.lockout.models import StoredBucket
from tests.lockout.people import NOON, attempt, fail, request_from

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

SECRETS = ("hunter2 typed as a password", "2951099126111 typed as a name", "492039 typed as a code")


def kept_everywhere() -> str:
    """Return every row of every table of both databases, as text."""
    rows: list[tuple[object, ...]] = []
    for alias in ("default", "hardening"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
                rows += cursor.fetchall()
    return repr([tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in rows])


@pytest.mark.alone  # a transaction of another worker would keep old versions of the row alive
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_ten_thousand_locked_posts_grow_nothing() -> None:
    """R9: the row is rewritten in the free half of its page."""
    with clock.frozen(NOON):  # on a slow machine ten thousand posts outlast a cool-off
        fail(5)
        before, size = StoredBucket.objects.get(network="").failures, table_size()
        for _ in range(10_000):
            with pytest.raises(LockedOut):
                attempt()

    row = StoredBucket.objects.get(network="")
    assert (row.failures, row.refused) == (before, 10_000)
    assert StoredBucket.objects.count() == 2
    assert table_size() - size <= 16 * 1024


def test_a_row_of_failures_stops_growing() -> None:
    with clock.frozen(NOON):
        fail()
    for minute in range(60):
        with clock.frozen(NOON.replace(hour=13, minute=minute)):
            try:
                fail()
            except LockedOut:
                continue

    assert len(StoredBucket.objects.get(network="").failures) <= 11


def test_nothing_that_was_typed_stands_in_any_table() -> None:
    """R11."""
    password, name, code = SECRETS
    with clock.frozen(NOON):
        for _ in range(6):
            authenticate(request_from(), username=name, password=password)
        fail(2, code, step="code")
    kept = kept_everywhere()

    assert not any(secret in kept for secret in SECRETS)
    assert not any(word in kept for word in ("hunter2", "2951099126111", "492039"))


def table_size() -> int:
    connection = connections["hardening"]
    measure = {
        "postgresql": "SELECT pg_total_relation_size('hardening_lockout_bucket')",
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    }
    with connection.cursor() as cursor:
        cursor.execute(measure[connection.vendor])
        return int(cursor.fetchone()[0])
