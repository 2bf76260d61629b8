import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from hardening import request_ids
from hardening.audit.reading import Criteria, Cursor, find, matching, page
from hardening.events import LockoutReleased, LockoutStarted, PasswordChanged
from hardening.testing.statements import counted_statements
from tests.audit.entries import a_day_of, write

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CLAIRE, AMINE = "claire", "amine"
CHANGED = PasswordChanged(at=NOON, account=CLAIRE, by="owner")


def pages_of(criteria: Criteria, *, size: int) -> list[list[int]]:
    """Return the ids of every page, turned one after the other."""
    turned, cursor = [], None
    while True:
        found = page(criteria, before=cursor, size=size)
        turned.append([entry.pk for entry in found.entries])
        if (cursor := found.older) is None:
            return turned


def test_the_newest_entry_comes_first() -> None:
    write(CHANGED, PasswordChanged(at=NOON + SECOND, account=AMINE, by="owner"))
    assert [entry.account for entry in page().entries] == [AMINE, CLAIRE]


def test_turning_pages_shows_every_entry_once_also_those_of_one_microsecond() -> None:
    write(*[CHANGED] * 7, *a_day_of(entries=6, accounts=2, at=NOON))

    pages = pages_of(Criteria(), size=4)

    assert [len(ids) for ids in pages] == [4, 4, 4, 1]
    assert len({pk for ids in pages for pk in ids}) == 13


def test_an_entry_written_meanwhile_moves_no_page() -> None:
    write(*a_day_of(entries=4, accounts=1, at=NOON))
    first = page(size=2)
    write(PasswordChanged(at=NOON + timedelta(hours=1), account=CLAIRE, by="owner"))

    second = page(before=first.older, size=2)

    assert all(older.at < newer.at for newer, older in pairwise([*first.entries, *second.entries]))
    assert second.older is None


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (Criteria(account=CLAIRE), {"login.password.changed", "lockout.bucket.released"}),
        (Criteria(actor="sophie"), {"lockout.bucket.released"}),
        (Criteria(event="lockout.bucket.locked"), {"lockout.bucket.locked"}),
        (Criteria(event="lockout."), set()),
        (Criteria(since=NOON + SECOND), {"lockout.bucket.locked"}),
        (Criteria(until=NOON), set()),
        (Criteria(account="%"), set()),
    ],
)
def test_a_search_finds_what_it_asks_for_and_nothing_else(criteria: Criteria, found: set[str]) -> None:
    write(
        CHANGED,
        LockoutStarted(at=NOON + SECOND, account=AMINE, bucket="unknown", failures=5, until=NOON),
        LockoutReleased(at=NOON, account=CLAIRE, released_by="sophie", reason="called"),
    )
    assert {entry.name for entry in page(criteria).entries} == found


def test_a_person_who_quotes_a_reference_is_found_by_it() -> None:
    with request_ids.assigned("k7m2pq9xw4ta"):
        write(CHANGED)
    write(CHANGED)

    assert len(page(Criteria(request_id="k7m2pq9xw4ta")).entries) == 1


def test_an_intent_and_its_outcome_are_found_together() -> None:
    intent = "11111111-aaaa-4bbb-8ccc-dddddddddddd"
    write(CHANGED, PasswordChanged(at=NOON, account=CLAIRE, by="owner", intent=intent))

    assert len(page(Criteria(intent=UUID(intent))).entries) == 1


def test_an_entry_is_found_by_its_reference() -> None:
    (written,) = write(CHANGED)
    assert find(written.reference) == written


@pytest.mark.parametrize("reference", ["", "nonsense", "00000000000040008000000000000001-x", "0-1", "-"])
def test_a_reference_of_nothing_finds_nothing(reference: str) -> None:
    assert find(reference) is None


def test_a_cursor_survives_an_address() -> None:
    cursor = Cursor(NOON + timedelta(microseconds=1), 42)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "1", "20260303T120000.000001Z", "20260303T120000.000001Z-x", "x-1"])
def test_a_cursor_that_nobody_wrote_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no page"):
        Cursor.parse(text)


MANY = 20_000
SEARCHES = [
    Criteria(),
    Criteria(account="account-7"),
    Criteria(account="nobody"),
    Criteria(event="login.attempt.failed"),
    Criteria(request_id="k7m2pq9xw4ta"),
    Criteria(account="account-7", since=NOON + timedelta(hours=1)),
]


@pytest.fixture
def twenty_thousand_entries() -> None:
    write(*a_day_of(entries=MANY, accounts=100, at=NOON))
    with connections["hardening"].cursor() as cursor:
        cursor.execute("ANALYZE hardening_audit_entry")


@pytest.mark.usefixtures("twenty_thousand_entries")
def test_no_page_counts_or_reads_more_than_it_shows() -> None:
    """A11."""
    middle = Cursor(NOON + timedelta(seconds=MANY / 2), 0)
    for criteria in SEARCHES:
        for before in (None, middle):
            with counted_statements() as statements:
                page(criteria, before=before, size=50)

            assert len(statements) == 1
            assert "COUNT(" not in statements.sql[0].upper()
            assert "LIKE" not in statements.sql[0].upper()
            assert rows_read(criteria, before=before) <= 200  # of 20,000; the planner may prefer a few more to a sort


def rows_read(criteria: Criteria, *, before: Cursor | None) -> int:
    """Return how many rows the database touches for a page; SQLite does not tell, but does name its index."""
    found = matching(criteria, before=before)[:51]
    if connections["hardening"].vendor == "postgresql":
        (plan,) = json.loads(found.explain(format="json", analyze=True))
        return most_rows(plan["Plan"])
    assert "USING INDEX hardening_audit_" in found.explain()
    assert "TEMP B-TREE" not in found.explain()
    return 51


def most_rows(node: dict[str, Any]) -> int:
    own = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return max(int(own), *(most_rows(inner) for inner in node.get("Plans", [])), 0)
