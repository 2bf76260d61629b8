"""Who and what the tests of budgets speak of."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hardening.disclosure.answers import Answer, Outcome, Ticket
from hardening.disclosure.limits import Ceilings, Limits
from hardening.disclosure.moments import from_micros
from hardening.disclosure.prices import PERSON
from hardening.disclosure.stores import BudgetStore
from hardening.subjects import SubjectId

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)

BENALI, MARTIN, PHARMACY = "benali", "martin", "pharmacy"
LYON, NANTES = "lyon", "nantes"


def person(number: int) -> SubjectId:
    """Return one of many made-up people."""
    return SubjectId(UUID(int=number + 1))


MANY = 1000

ALICE, BOB, CAROL = person(0), person(1), person(2)


def limits(people: int = MANY, *, passes: bool = False, cheap_misses: int = 5, **windows: int) -> Limits:
    """Return limits in people; of burst, hour, newcomers, establishment and portal, what is not named never refuses."""
    tenths = {window: count * PERSON for window, count in windows.items()}
    return Limits(
        practitioner=Ceilings(tenths.get("burst"), tenths.get("hour"), people * PERSON),
        people=people,
        newcomers=windows.get("newcomers", MANY),
        establishment=Ceilings(day=tenths.get("establishment")),
        portal=Ceilings(day=tenths.get("portal")),
        cheap_misses=cheap_misses,
        passes_establishment=passes,
    )


@dataclass
class Counter:
    """A practitioner at a counter of one establishment: asks a store as the gate does."""

    store: BudgetStore
    limits: Limits
    practitioner: str = BENALI
    establishment: str = LYON

    def reserve(self) -> Answer:
        """Ask for one more person."""
        return self.store.reserve(practitioner=self.practitioner, establishment=self.establishment, limits=self.limits)

    def ticket(self) -> Ticket:
        """Ask for one more person, who is allowed."""
        ticket = self.reserve().ticket
        assert ticket is not None
        return ticket

    def show(self, subject: SubjectId) -> Answer:
        """Look up a person who is found."""
        return self.store.settle(self.ticket(), outcome=Outcome.SHOWN, subject=subject)

    def miss(self) -> Answer:
        """Look up somebody who is not found."""
        return self.store.settle(self.ticket(), outcome=Outcome.MISSED)

    def show_as_many_as_allowed(self, people: int) -> int:
        """Look up different people until refused; return how many were shown."""
        for shown in range(people):
            answer = self.reserve()
            if answer.ticket is None:
                return shown
            self.store.settle(answer.ticket, outcome=Outcome.SHOWN, subject=person(shown))
        return people


def retry_of(answer: Answer) -> datetime:
    """Return when the refused question would be allowed."""
    assert not answer.is_allowed
    assert answer.retry_at is not None
    return from_micros(answer.retry_at)
