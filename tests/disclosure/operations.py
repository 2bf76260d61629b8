"""Random sequences of what can be asked of a budget store, replayed on any of them under a clock of our own."""

import random  # noqa: TID251 - seeded: a failing sequence must come again
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hardening import clock
from hardening.disclosure.answers import Answer, Outcome, Ticket, Use
from hardening.disclosure.limits import UNLIMITED, Ceilings, Limits
from hardening.disclosure.stores import BudgetStore
from hardening.subjects import SubjectId

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
PRACTITIONERS = ("benali", "martin", "pharmacy")
ESTABLISHMENTS = ("lyon", "nantes")
PEOPLE = tuple(SubjectId(UUID(int=number)) for number in range(20))


@dataclass(frozen=True)
class Operation:
    """One step: the clock moves by ``step`` first. ``verb`` is reserve, settle, shown or use."""

    verb: str
    step: timedelta
    practitioner: str
    establishment: str
    limits: Limits
    outcome: Outcome
    subject: SubjectId
    which: int


def random_operations(seed: int, count: int) -> Iterator[Operation]:
    """Yield ``count`` operations; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    limits = [random_limits(dice) for _ in range(4)]
    for _ in range(count):
        yield Operation(
            verb=dice.choices(("reserve", "settle", "shown", "use"), (10, 9, 1, 1))[0],
            step=random_step(dice),
            practitioner=dice.choice(PRACTITIONERS),
            establishment=dice.choice(ESTABLISHMENTS),
            limits=dice.choice(limits),
            outcome=dice.choices(list(Outcome), (10, 4, 1))[0],
            subject=dice.choice(PEOPLE),
            which=dice.randrange(4),
        )


def random_step(dice: random.Random) -> timedelta:
    """Return a wait: mostly short, sometimes a day or a year, sometimes the clock is set back."""
    seconds = dice.choices(
        (0, dice.uniform(0, 5), dice.uniform(0, 400), dice.uniform(0, 7200), 90_000, 35_000_000, -600, -90_000),
        (5, 20, 10, 4, 0.3, 0.05, 0.5, 0.05),
    )[0]
    return timedelta(microseconds=round(seconds * 1_000_000))


def random_limits(dice: random.Random) -> Limits:
    """Return limits, some of them absent, some so small that they refuse everything."""

    def ceilings() -> Ceilings:
        return dice.choice(
            (
                UNLIMITED,
                Ceilings(dice.randrange(0, 120), dice.randrange(0, 300), dice.randrange(0, 400)),
                Ceilings(None, None, dice.randrange(0, 200)),
                Ceilings(60, 100, 200),
            )
        )

    return Limits(
        practitioner=ceilings(),
        people=dice.randrange(0, 25),
        newcomers=dice.randrange(0, 20),
        establishment=ceilings(),
        portal=dice.choice((UNLIMITED, ceilings())),
        cheap_misses=dice.randrange(0, 6),
        passes_establishment=dice.random() < 0.3,
    )


class Replay:
    """Runs operations on one store, and keeps the tickets it was given."""

    def __init__(self, store: BudgetStore, *, at: datetime = NOON) -> None:
        self.store = store
        self.at = at
        self.tickets: list[Ticket] = []

    def run(self, operation: Operation) -> Answer | Use | bool | None:
        """Return what the store answers, without what may differ between stores (the name of its epoch)."""
        self.at += operation.step
        with clock.frozen(self.at):
            match operation.verb:
                case "reserve":
                    return self._reserve(operation)
                case "settle":
                    return self._settle(operation)
                case "shown":
                    return self.store.has_shown(practitioner=operation.practitioner, subject=operation.subject)
                case _:
                    return self.store.use_of(practitioner=operation.practitioner)

    def _reserve(self, operation: Operation) -> Answer:
        answer = self.store.reserve(
            practitioner=operation.practitioner, establishment=operation.establishment, limits=operation.limits
        )
        if answer.ticket is None:
            return answer
        self.tickets.append(answer.ticket)
        return replace(answer, ticket=replace(answer.ticket, epoch=""))

    def _settle(self, operation: Operation) -> Answer | None:
        if not self.tickets:
            return None
        ticket = self.tickets[-1 - operation.which % len(self.tickets)]
        subject = operation.subject if operation.outcome is Outcome.SHOWN else None
        return self.store.settle(ticket, outcome=operation.outcome, subject=subject)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock."""
    with clock.frozen(moment):
        yield
