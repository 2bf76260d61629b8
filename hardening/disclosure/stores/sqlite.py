"""The embedded store: the kernel over the ``hardening`` SQLite file, one writer at a time (BEGIN IMMEDIATE)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import connections, transaction

from hardening import clock
from hardening.disclosure.answers import Use
from hardening.disclosure.books import Books
from hardening.disclosure.counts import decoded, encoded
from hardening.disclosure.decision import Hold
from hardening.disclosure.moments import as_micros
from hardening.disclosure.stores.availability import failing_closed
from hardening.disclosure.stores.kernel import (
    ESTABLISHMENT,
    PORTAL,
    PRACTITIONER,
    KernelStore,
    Page,
    Seen,
    use_of_day,
)
from hardening.disclosure.tallies import Tally
from hardening.disclosure.windows import DAY
from hardening.routing import ALIAS
from hardening.subjects import SubjectId

_TALLIES = """
    SELECT epoch.value, tally.scope, latest, burst, hour, day, misses, denials, numbered
    FROM hardening_disclosure_epoch AS epoch
    LEFT JOIN hardening_disclosure_tally AS tally
        ON (scope, "key") IN (VALUES ('practitioner', %s), ('establishment', %s), ('portal', 'portal'))
"""
_SEEN = """
    SELECT at, newcomer_at, subject FROM hardening_disclosure_shown WHERE practitioner = %s AND at > %s
    UNION ALL
    SELECT practitioner_at, practitioner_at, NULL FROM hardening_disclosure_hold
        WHERE practitioner = %s AND practitioner_at > %s
"""
_PUT_TALLY = """
    INSERT INTO hardening_disclosure_tally
        (scope, "key", latest, burst, hour, day, misses, denials, numbered) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (scope, "key") DO UPDATE SET latest = excluded.latest, burst = excluded.burst, hour = excluded.hour,
        day = excluded.day, misses = excluded.misses, denials = excluded.denials, numbered = excluded.numbered
"""
_HOLD = """
    SELECT number, price, practitioner_at, establishment_at, portal_at, is_settled FROM hardening_disclosure_hold
    WHERE practitioner = %s AND epoch = %s AND number = %s
"""
_PUT_HOLD = """
    INSERT INTO hardening_disclosure_hold
        (practitioner, epoch, number, price, practitioner_at, establishment_at, portal_at, is_settled)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (practitioner, epoch, number) DO UPDATE SET is_settled = excluded.is_settled
"""
_DROP_HOLD = "DELETE FROM hardening_disclosure_hold WHERE practitioner = %s AND epoch = %s AND number = %s"
_KNOWN = "SELECT at FROM hardening_disclosure_known WHERE establishment = %s AND subject = %s"
_SHOW = """
    INSERT INTO hardening_disclosure_shown (practitioner, subject, at, newcomer_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (practitioner, subject) DO UPDATE SET at = excluded.at, newcomer_at = excluded.newcomer_at
"""
_KNOW = """
    INSERT INTO hardening_disclosure_known (establishment, subject, at) VALUES (%s, %s, %s)
    ON CONFLICT (establishment, subject) DO UPDATE SET at = excluded.at
"""
_USE = """
    SELECT tally.latest, tally.day, place.at FROM (SELECT 1) AS one
    LEFT JOIN hardening_disclosure_tally AS tally ON scope = 'practitioner' AND "key" = %s
    LEFT JOIN (
        SELECT at FROM hardening_disclosure_shown WHERE practitioner = %s AND at > %s
        UNION ALL
        SELECT practitioner_at FROM hardening_disclosure_hold WHERE practitioner = %s AND practitioner_at > %s
    ) AS place
"""


class SqliteShelf:
    """Rows of the tables, through the cursor of one transaction."""

    def __init__(self, cursor: Any) -> None:  # noqa: ANN401 - Django's cursor wrapper has no public type
        self._cursor = cursor

    def page(self, practitioner: str, establishment: str, *, since: int) -> Page:
        """Return the tallies, and the places taken later than ``since``."""
        rows = self._rows(_TALLIES, practitioner, establishment)
        epoch = rows[0][0] if rows else self._begin_epoch()
        tallies = {scope: _tally(*counts) for _, scope, *counts in rows if scope}
        seen = self._rows(_SEEN, practitioner, since, practitioner, since)
        return Page(
            epoch,
            tallies.get(PRACTITIONER, Tally()),
            tallies.get(ESTABLISHMENT, Tally()),
            tallies.get(PORTAL, Tally()),
            tuple(Seen(at, newcomer_at, UUID(subject) if subject else None) for at, newcomer_at, subject in seen),
        )

    def put(self, practitioner: str, establishment: str, books: Books) -> None:
        """Write the three tallies."""
        self._cursor.executemany(
            _PUT_TALLY,
            [
                (PRACTITIONER, practitioner, *_columns(books.practitioner)),
                (ESTABLISHMENT, establishment, *_columns(books.establishment)),
                (PORTAL, PORTAL, *_columns(books.portal)),
            ],
        )

    def hold(self, practitioner: str, epoch: str, number: int) -> Hold | None:
        """Return a hold, or None."""
        rows = self._rows(_HOLD, practitioner, epoch, number)
        return Hold(*rows[0]) if rows else None

    def put_hold(self, practitioner: str, epoch: str, hold: Hold) -> None:
        """Write a hold, new or changed."""
        moments = (hold.practitioner_at, hold.establishment_at, hold.portal_at)
        self._cursor.execute(_PUT_HOLD, [practitioner, epoch, hold.number, hold.price, *moments, hold.is_settled])

    def drop_hold(self, practitioner: str, epoch: str, number: int) -> None:
        """Forget a hold and its places."""
        self._cursor.execute(_DROP_HOLD, [practitioner, epoch, number])

    def known_at(self, establishment: str, subject: SubjectId) -> int | None:
        """Return when the establishment last showed the person."""
        rows = self._rows(_KNOWN, establishment, subject.hex)
        return int(rows[0][0]) if rows else None

    def show(self, practitioner: str, establishment: str, seen: Seen, *, known_at: int) -> None:
        """Write when the person was last shown, to the practitioner and by the establishment."""
        if seen.subject:
            self._cursor.execute(_SHOW, [practitioner, seen.subject.hex, seen.at, seen.newcomer_at])
            self._cursor.execute(_KNOW, [establishment, seen.subject.hex, known_at])

    def _rows(self, sql: str, *parameters: object) -> list[Any]:
        self._cursor.execute(sql, parameters)
        return list(self._cursor.fetchall())

    def _begin_epoch(self) -> str:
        epoch = str(uuid4())
        self._cursor.execute("INSERT INTO hardening_disclosure_epoch (id, value) VALUES (1, %s)", [epoch])
        return epoch


class SqliteStore(KernelStore):
    """The kernel over SQLite: exact across the processes of one host, and of one host only."""

    @contextmanager
    def shelf(self) -> Iterator[SqliteShelf]:
        """Return the shelf, held alone until the block ends.

        Raise StoreUnavailableError when another writer keeps the file for longer than its timeout (250 ms).
        """
        with failing_closed(), transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
            yield SqliteShelf(cursor)

    def use_of(self, *, practitioner: str) -> Use:
        """Return how far the practitioner's day is used."""
        at = as_micros(clock.now())
        with failing_closed(), connections[ALIAS].cursor() as cursor:
            cursor.execute(_USE, [practitioner, practitioner, at - DAY, practitioner, at - DAY])
            rows = cursor.fetchall()
        latest, day, _ = rows[0]
        tally = Tally(latest=latest, day=decoded(day)) if day else Tally()
        return use_of_day(tally, tuple(Seen(place, None) for *_, place in rows if place is not None), at=at)


def _tally(latest: int, burst: int, hour: str, day: str, misses: str, denials: int, numbered: int) -> Tally:  # noqa: PLR0913, PLR0917 - the columns
    return Tally(
        latest=latest,
        burst=burst,
        hour=decoded(hour),
        day=decoded(day),
        misses=decoded(misses),
        denials=denials,
        numbered=numbered,
    )


def _columns(tally: Tally) -> tuple[int | str, ...]:
    counts = (encoded(tally.hour), encoded(tally.day), encoded(tally.misses))
    return (tally.latest, tally.burst, *counts, tally.denials, tally.numbered)
