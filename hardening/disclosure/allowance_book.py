"""Where allowances are kept: who was shown under which, exact under any number of questions at once."""

from datetime import UTC, datetime

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hardening.disclosure.allowances import Allowance
from hardening.disclosure.models import AccountState, AllowedPerson
from hardening.subjects import SubjectId

EVER = datetime(1, 1, 2, tzinfo=UTC)
"""Before everything that was ever written down."""


def with_used(states: QuerySet[AccountState], allowance: Allowance | None) -> QuerySet[AccountState]:
    """Return the states with ``used``, how many people the allowance was spent on: no statement of its own."""
    if allowance is None:
        return states
    spent = _people(allowance).values("scope").annotate(people=Count("subject")).values("people")
    return states.annotate(used=Coalesce(Subquery(spent), Value(0)))


def spend(allowance: Allowance, subject: SubjectId, *, at: datetime) -> bool:
    """Take one person of the allowance on SQLite, whose transaction keeps every other writer out; False if used up.

    On PostgreSQL the ledger's own statement does it (``0003_allowances.sql``).
    """
    people = _people(allowance)
    if not people.filter(subject=subject).exists() and allowance.is_used_up(used=people.count()):
        return False
    AllowedPerson.objects.bulk_create(
        [AllowedPerson(scope=allowance.scope, subject=subject, at=at)],
        update_conflicts=True,
        unique_fields=["scope", "subject"],
        update_fields=["at"],
    )
    return True


def _people(allowance: Allowance) -> QuerySet[AllowedPerson]:
    return AllowedPerson.objects.filter(scope=allowance.scope, at__gt=allowance.since or EVER)
