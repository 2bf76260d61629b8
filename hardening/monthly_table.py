"""Tables that never shrink by a row but by a month: each month is a partition, made before it begins (PostgreSQL)."""

from dataclasses import dataclass
from datetime import date

from django.db import connections

from hardening.routing import ALIAS

AHEAD = 12
"""Months made in advance. The default partition catches what comes after, so that nothing ever fails at the
turn of a month; this number only spares moving rows out of it later."""


@dataclass(frozen=True)
class MonthlyTable:
    """One partitioned table: its name, before which months are put with ``_2026_07``, and what makes a month."""

    name: str
    make_function: str

    def make(self, *, today: date, ahead: int = AHEAD, using: str = ALIAS) -> list[str]:
        """Make this month and the ``ahead`` coming ones where they are missing; return those made, as ``2026-07``.

        Rows of such a month that had to go to the default partition are moved. SQLite has nothing to make,
        and neither has a database whose migrations of this app did not run yet.
        """
        return self._months(f"{self.make_function}(month::date)", today=today, ahead=ahead, using=using)

    def missing(self, *, today: date, ahead: int, using: str = ALIAS) -> list[str]:
        """Return which of this month and the ``ahead`` coming ones have no partition yet."""
        is_missing = f"to_regclass('{self.name}_' || to_char(month, 'YYYY_MM')) IS NULL"
        return self._months(is_missing, today=today, ahead=ahead, using=using)

    def _months(self, condition: str, *, today: date, ahead: int, using: str) -> list[str]:
        if not self._is_partitioned(using):
            return []
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"""
                SELECT to_char(month, 'YYYY-MM')
                FROM generate_series(date_trunc('month', %s::timestamp),
                                     date_trunc('month', %s::timestamp) + make_interval(months => %s),
                                     interval '1 month') AS month
                WHERE {condition}
                """,  # noqa: S608 - names out of our own code
                [today, today, ahead],
            )
            return [month for (month,) in cursor.fetchall()]

    def _is_partitioned(self, using: str) -> bool:
        """Tell whether the partitioned table is there: not on SQLite, and not while other apps migrate first."""
        if connections[using].vendor != "postgresql":
            return False
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT to_regproc(%s) IS NOT NULL", [self.make_function])
            return bool(cursor.fetchone()[0])
