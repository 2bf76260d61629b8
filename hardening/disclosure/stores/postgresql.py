"""The PostgreSQL store: the decision is made by a function in the database, in one statement and one transaction."""

from dataclasses import astuple
from typing import Any
from uuid import UUID

from django.db import connections

from hardening import clock
from hardening.disclosure.answers import NOT_RESERVED, Answer, Outcome, Ticket, Use
from hardening.disclosure.limits import Limits
from hardening.disclosure.moments import as_micros
from hardening.disclosure.stores.availability import failing_closed
from hardening.routing import ALIAS
from hardening.subjects import SubjectId

_RESERVE = """
    SELECT * FROM hardening_disclosure_reserve(
        %s, %s, ROW(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)::hardening_disclosure_limits, %s)
"""
_SETTLE = """
    SELECT * FROM hardening_disclosure_settle(
        %s, %s, ROW(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)::hardening_disclosure_limits,
        %s, %s, %s, %s, %s)
"""
_HAS_SHOWN = "SELECT hardening_disclosure_has_shown(%s, %s, %s)"
_USE = "SELECT * FROM hardening_disclosure_use_of(%s, %s)"


class PostgresqlStore:
    """Budgets shared by every worker of every host. The time is the server's, unless a test holds the clock."""

    def reserve(self, *, practitioner: str, establishment: str, limits: Limits) -> Answer:
        """Return whether one more person may be looked up; see ``decide``."""
        row = _called(_RESERVE, practitioner, establishment, *_columns(limits), _held_clock())
        is_allowed, reason, retry_at, remaining, charged, is_for_repeats, epoch, number = row
        ticket = None
        if is_allowed:
            ticket = Ticket(
                practitioner=practitioner,
                establishment=establishment,
                epoch=epoch,
                number=number,
                price=charged,
                limits=limits,
            )
        return Answer(
            is_allowed=is_allowed,
            reason=reason,
            retry_at=retry_at,
            remaining=remaining,
            charged=charged,
            is_for_repeats=is_for_repeats,
            ticket=ticket,
        )

    def settle(self, ticket: Ticket, *, outcome: Outcome, subject: SubjectId | None = None) -> Answer:
        """Return what the look-up cost; see ``settlement.settle``."""
        whose = (ticket.practitioner, ticket.establishment)
        which = (ticket.epoch, ticket.number, outcome.value, subject)
        row = _called(_SETTLE, *whose, *_columns(ticket.limits), *which, _held_clock())
        is_settled, remaining, new, repeated, charged = row
        if not is_settled:
            return Answer(is_allowed=False, reason=NOT_RESERVED)
        return Answer(is_allowed=True, remaining=remaining, new=new, repeated=repeated, charged=charged)

    def has_shown(self, *, practitioner: str, subject: SubjectId) -> bool:
        """Tell whether the person was shown to this practitioner in the trailing 24 hours."""
        return bool(_called(_HAS_SHOWN, practitioner, subject, _held_clock())[0])

    def use_of(self, *, practitioner: str) -> Use:
        """Return how far the practitioner's day is used."""
        tenths, people, relief_at = _called(_USE, practitioner, _held_clock())
        return Use(tenths=tenths, people=people, relief_at=relief_at)


def _called(sql: str, *parameters: int | str | bool | UUID | None) -> tuple[Any, ...]:
    with failing_closed(), connections[ALIAS].cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _held_clock() -> int | None:
    return as_micros(clock.now()) if clock.is_frozen() else None


def _columns(limits: Limits) -> tuple[int | bool | None, ...]:
    """Return the fields of the database's composite type, in its order."""
    return (
        *astuple(limits.practitioner),
        *astuple(limits.establishment),
        *astuple(limits.portal),
        limits.people,
        limits.newcomers,
        limits.cheap_misses,
        limits.passes_establishment,
    )
