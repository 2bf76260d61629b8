"""What recorded failures would have met under another rule: the reservations of ``buckets``, by moments alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hardening.lockout.cooloff import Rule, counted, locked_until, rest_after


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a rule would have done with one history."""

    evaluated: int
    """Guesses that would have been compared."""
    refused: int
    rested: timedelta
    """How long the bucket would have been closed in all: to its guesser, and to an owner in a new browser."""

    def __add__(self, other: "Simulated") -> "Simulated":
        return Simulated(
            evaluated=self.evaluated + other.evaluated,
            refused=self.refused + other.refused,
            rested=self.rested + other.rested,
        )


NOTHING = Simulated(evaluated=0, refused=0, rested=timedelta(0))


def simulate(attempts: Sequence[datetime], *, rule: Rule) -> Simulated:
    """Return what ``rule`` would have done with wrong attempts at these moments, oldest first.

    The recorded ones are those that the rule in force let pass: a laxer rule cannot be seen letting more pass.
    """
    taken: list[datetime] = []
    evaluated, rested = 0, timedelta(0)
    for at in attempts:
        if locked_until(taken, rule=rule, at=at) is None:
            taken = [*taken, at][-rule.kept :]
            evaluated += 1
            rested += rest_after(counted(taken, rule=rule), rule=rule)
    return Simulated(evaluated=evaluated, refused=len(attempts) - evaluated, rested=rested)
