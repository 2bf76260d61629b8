"""Forget counts that nothing can ask for any more; never inside a request (R10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, transaction

from hardening.disclosure.models import AllowedPerson, FoundRecords
from hardening.disclosure.moments import as_micros
from hardening.disclosure.settlement import KNOWN_FOR
from hardening.disclosure.windows import DAY
from hardening.routing import ALIAS

BATCH = 5_000


@dataclass(frozen=True)
class Expiry:
    """A table, what identifies a row, and how long its rows matter."""

    table: str
    key: str
    moment: str
    matters_for: int


EXPIRIES = (
    Expiry("hardening_disclosure_shown", "practitioner, subject", "at", DAY),
    Expiry("hardening_disclosure_hold", "practitioner, epoch, number", "practitioner_at", DAY),
    Expiry("hardening_disclosure_known", "establishment, subject", "at", KNOWN_FOR),
)

_ALLOWANCES = timedelta(days=31)
"""The longest probation, and a day; the proof of a session is gone within hours."""

_SLACK = DAY
"""A server's clock may have been ahead when a row was written; a day more costs nothing."""


def forget(*, at: datetime, batch: int = BATCH) -> Iterator[tuple[str, int]]:
    """Delete what no window or set reaches any more, a batch at a time, each committed; yield table and count.

    A look-up never waits for more than one batch, and the command may be stopped at any point.
    """
    for expiry in EXPIRIES:
        while deleted := _forget_batch(expiry, before=as_micros(at) - expiry.matters_for - _SLACK, batch=batch):
            yield expiry.table, deleted
    while spent := _forget_allowances(before=at - _ALLOWANCES, batch=batch):
        yield AllowedPerson._meta.db_table, spent
    expired, _ = FoundRecords.objects.filter(expires_at__lte=at).delete()
    if expired:
        yield FoundRecords._meta.db_table, expired


def _forget_batch(expiry: Expiry, *, before: int, batch: int) -> int:
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {expiry.table} WHERE ({expiry.key}) IN "  # noqa: S608 - the constants above
            f"(SELECT {expiry.key} FROM {expiry.table} WHERE {expiry.moment} < %s LIMIT %s)",
            [before, batch],
        )
        return int(cursor.rowcount)


def _forget_allowances(*, before: datetime, batch: int) -> int:
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "DELETE FROM hardening_disclosure_allowance WHERE (scope, subject) IN "
            "(SELECT scope, subject FROM hardening_disclosure_allowance WHERE at < %s LIMIT %s)",
            [before, batch],
        )
        return int(cursor.rowcount)
