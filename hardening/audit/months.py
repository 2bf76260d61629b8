"""Months of the entries' table: each is a partition of its own, made before it begins (PostgreSQL)."""

from datetime import date

from django.db import connections

from hardening.routing import ALIAS

AHEAD = 12
"""Months made in advance. The default partition catches what comes after, so that nothing ever fails at the
turn of a month; this number only spares moving rows out of it later."""


def make_months(*, today: date, ahead: int = AHEAD, using: str = ALIAS) -> list[str]:
    """Make this month and the ``ahead`` coming ones where they are missing; return those made, as ``2026-07``.

    Rows of such a month that had to go to the default partition are moved. SQLite has nothing to make,
    and neither has a database whose migrations of this app did not run yet.
    """
    if not _is_partitioned(using):
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(
            """
            SELECT to_char(month, 'YYYY-MM')
            FROM generate_series(date_trunc('month', %s::timestamp),
                                 date_trunc('month', %s::timestamp) + make_interval(months => %s),
                                 interval '1 month') AS month
            WHERE hardening_audit_make_month(month::date)
            """,
            [today, today, ahead],
        )
        return [month for (month,) in cursor.fetchall()]


def missing_months(*, today: date, ahead: int, using: str = ALIAS) -> list[str]:
    """Return which of this month and the ``ahead`` coming ones have no partition yet."""
    if not _is_partitioned(using):
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(
            """
            SELECT to_char(month, 'YYYY-MM')
            FROM generate_series(date_trunc('month', %s::timestamp),
                                 date_trunc('month', %s::timestamp) + make_interval(months => %s),
                                 interval '1 month') AS month
            WHERE to_regclass('hardening_audit_entry_' || to_char(month, 'YYYY_MM')) IS NULL
            """,
            [today, today, ahead],
        )
        return [month for (month,) in cursor.fetchall()]


def _is_partitioned(using: str) -> bool:
    """Tell whether the partitioned table is there: not on SQLite, and not while other apps migrate first."""
    if connections[using].vendor != "postgresql":
        return False
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regproc('hardening_audit_make_month') IS NOT NULL")
        return bool(cursor.fetchone()[0])
