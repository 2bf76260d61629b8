"""The reservations of one response: each is spent on a person, or on a question, and none is left over."""

from hardening.disclosure.answers import Answer, Ticket
from hardening.disclosure.charging import Charging, Shown


class Purse:
    """Tickets not yet spent: ``fresh`` ones, and those behind a question that has been put."""

    def __init__(self, charging: Charging) -> None:
        self.charging = charging
        self.answer = Answer(is_allowed=False)
        """What the store said last."""
        self.has_charged = False
        """Whether a person or a miss stands in the ledger for this."""
        self._fresh: list[Ticket] = []
        self._asked: list[Ticket] = []

    def reserve(self) -> None:
        """Put in one more ticket.

        Raise BudgetExceeded or StoreUnavailableError.
        """
        ticket, self.answer = self.charging.reserve()
        self._fresh.append(ticket)

    def ask(self, *, times: int = 1) -> None:
        """Set aside a ticket for each question, before it is put."""
        for _ in range(times):
            if not self._fresh:
                self.reserve()
            self._asked.append(self._fresh.pop())

    def unask(self) -> None:
        """Take the last question back: it was never answered."""
        self._fresh.append(self._asked.pop())

    def prepare_to_show(self) -> None:
        """Make sure that there is a ticket for one more person."""
        if not (self._asked or self._fresh):
            self.reserve()

    def show(self, shown: Shown) -> None:
        """Spend a ticket on a person; once this returns the ledger row is committed."""
        self.answer = self.charging.show(self._taken(), shown)
        self.has_charged = True

    def miss(self) -> None:
        """Spend a ticket on nobody."""
        self.answer = self.charging.miss(self._taken())
        self.has_charged = True

    def spend_on_misses(self) -> None:
        """Spend whatever is left on nobody."""
        while self._asked or self._fresh:
            self.miss()

    def give_back_fresh(self) -> None:
        """Give back what stands behind no question."""
        while self._fresh:
            self.charging.fail(self._fresh.pop())

    def _taken(self) -> Ticket:
        return self._asked.pop() if self._asked else self._fresh.pop()
