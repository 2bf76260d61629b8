"""How many people a session may be shown before it proves more: a few on probation, 25 under one proof (D28, D29)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hardening.requirements import Assurance

PROBATION = "probation"
PROOF = "step_up"


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """``most`` different people in ``scope`` since ``since``; ``reason`` is the word of the refusal after that."""

    scope: str
    since: datetime | None
    most: int
    reason: str

    def is_used_up(self, *, used: int) -> bool:
        """Tell whether nobody else may be shown once ``used`` different people have been."""
        return used >= self.most


def allowance_of(
    assurance: Assurance,
    *,
    probation_people: int,
    probation: timedelta,
    people_per_proof: int | None,
    at: datetime,
) -> Allowance | None:
    """Return what the session at hand may still be shown, whatever its budgets say; None where nothing is counted.

    On probation it is the account's, over all its unproven browsers together: another login is no new allowance. Else
    it is that of the latest proof, by its name: a stolen cookie is worth as many people as were left under the proof it
    was stolen with, and no step-up of the owner refills it.
    """
    if assurance.is_on_probation:
        return Allowance(
            scope=f"account {assurance.account}", since=at - probation, most=probation_people, reason=PROBATION
        )
    if people_per_proof is None or not assurance.proof:
        return None
    return Allowance(scope=f"proof {assurance.proof}", since=None, most=people_per_proof, reason=PROOF)
