"""Where the counts live: one door, one contract, identical answers from every store."""

from typing import Protocol

from hardening.disclosure.answers import Answer, Outcome, Ticket, Use
from hardening.disclosure.limits import Limits
from hardening.subjects import SubjectId


class BudgetStore(Protocol):
    """A store of budgets. Each call is one transaction of its own, on the store's own clock.

    Every call raises StoreUnavailableError when the store does not answer in time; nobody is disclosed then.
    """

    def reserve(self, *, practitioner: str, establishment: str, limits: Limits) -> Answer:
        """Return whether one more person may be looked up; if so its ticket holds a place and a miss's price."""

    def settle(self, ticket: Ticket, *, outcome: Outcome, subject: SubjectId | None = None) -> Answer:
        """Return what the look-up cost; ``subject`` is the person shown, and given exactly when one was."""

    def has_shown(self, *, practitioner: str, subject: SubjectId) -> bool:
        """Tell whether the person was shown to this practitioner in the trailing 24 hours."""

    def use_of(self, *, practitioner: str) -> Use:
        """Return how far the practitioner's day is used, in one statement at most."""
