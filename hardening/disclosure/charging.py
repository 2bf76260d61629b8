"""Charge a look-up: reserve before it, write it down, settle after. Every step is committed on its own."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hardening import clock
from hardening.disclosure import ledger
from hardening.disclosure.admission import FROZEN, deny, refused, used_up
from hardening.disclosure.answers import Answer, Outcome, Ticket
from hardening.disclosure.inquiry import Inquiry
from hardening.disclosure.limits import Limits
from hardening.disclosure.moments import from_micros
from hardening.disclosure.stores import BudgetStore
from hardening.disclosure.stores.availability import on_record
from hardening.errors import AccountFrozen, BudgetExceeded, StoreUnavailableError
from hardening.events import Event, PersonDisclosed, SearchMissed, emit
from hardening.subjects import SubjectId

_log = logging.getLogger("hardening.disclosure")

NEVER_RETRIED_BEFORE = timedelta(days=1)
"""What a person is told who could not be shown at any time under the present limits."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of a person goes into the ledger."""

    subject: SubjectId
    field_classes: tuple[str, ...]
    controller: str


@dataclass(frozen=True)
class Charging:
    """The budget side of one use of the gate."""

    inquiry: Inquiry
    limits: Limits
    store: BudgetStore

    def reserve(self) -> tuple[Ticket, Answer]:
        """Return a reservation of one person not yet known.

        Raise BudgetExceeded, on record, when no window has room, and StoreUnavailableError.
        """
        actor = self.inquiry.actor
        answer = self.store.reserve(
            practitioner=actor.practitioner, establishment=actor.establishment, limits=self.limits
        )
        if answer.ticket is None:
            raise refused(self.inquiry, self.exceeded(answer))
        return answer.ticket, answer

    def exceeded(self, answer: Answer) -> BudgetExceeded:
        """Return the refusal that ``answer`` means."""
        at = from_micros(answer.retry_at) if answer.retry_at else clock.now() + NEVER_RETRIED_BEFORE
        return BudgetExceeded(answer.reason, resets_at=at, remaining=answer.remaining, reference=self.inquiry.reference)

    def show(self, ticket: Ticket, shown: Shown) -> Answer:
        """Charge a person; once this returns, the ledger row is committed and the values may open.

        Raise AccountFrozen, and StoreUnavailableError when it cannot be written down.
        """
        self._write_down(ticket, row=uuid4(), shown=shown)
        return self._settled(ticket, outcome=Outcome.SHOWN, subject=shown.subject)

    def miss(self, ticket: Ticket) -> Answer:
        """Charge a look-up that found nobody: the same statements as for one that did.

        Raise AccountFrozen, and StoreUnavailableError when it cannot be written down.
        """
        self._write_down(ticket, row=uuid4(), shown=None)
        return self._settled(ticket, outcome=Outcome.MISSED)

    def fail(self, ticket: Ticket) -> None:
        """Give the whole charge back: nothing was looked up."""
        self._settled(ticket, outcome=Outcome.FAILED)

    def _write_down(self, ticket: Ticket, *, row: UUID, shown: Shown | None) -> None:
        may_be_committed, allowance = False, self.inquiry.allowance()
        try:
            with on_record():
                charge = self._ledger_charge(ticket, row=row, shown=shown)
                at = ledger.write(charge, reference=self.inquiry.reference, allowance=allowance)
                emit(self._event(charge, at=at, shown=shown))
                may_be_committed = True
        except AccountFrozen:
            deny(self.inquiry, reason=FROZEN)
            raise
        except ledger.AllowanceSpent:
            if allowance is None:
                raise
            # It keeps its price: whoever races himself learns that somebody was found, and pays for it.
            raise used_up(self.inquiry, allowance) from None
        except StoreUnavailableError:
            if not may_be_committed:
                self.fail(ticket)
            raise

    def _settled(self, ticket: Ticket, *, outcome: Outcome, subject: SubjectId | None = None) -> Answer:
        try:
            return self.store.settle(ticket, outcome=outcome, subject=subject)
        except StoreUnavailableError:
            # The reservation stands, which is the dearer side; a person in the ledger is a person shown.
            _log.warning("charge %s of epoch %s is not settled and keeps its price", ticket.number, ticket.epoch)
            return Answer(is_allowed=True, charged=ticket.price)

    def _ledger_charge(self, ticket: Ticket, *, row: UUID, shown: Shown | None) -> ledger.Charge:
        inquiry = self.inquiry
        return ledger.Charge(
            id=row,
            epoch=ticket.epoch,
            number=ticket.number,
            account=inquiry.actor.account,
            practitioner=inquiry.actor.practitioner,
            establishment=inquiry.actor.establishment,
            subject=shown.subject if shown else None,
            purpose=inquiry.purpose,
            field_classes=",".join(shown.field_classes) if shown else "",
            controller=shown.controller if shown else "",
            session=inquiry.assurance.session,
            methods=",".join(inquiry.assurance.methods),
            network=inquiry.client.network,
            request_id=inquiry.reference,
        )

    def _event(self, charge: ledger.Charge, *, at: datetime, shown: Shown | None) -> Event:
        told: dict[str, Any] = {
            "at": at,
            "account": charge.account,
            "client": self.inquiry.client,
            "session": charge.session,
            "actor": charge.practitioner,
            "establishment": charge.establishment,
            "purpose": charge.purpose,
            "disclosure": str(charge.id),
        }
        return PersonDisclosed(**told, **vars(shown)) if shown else SearchMissed(**told)
