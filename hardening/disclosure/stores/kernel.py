"""A store that decides in Python: it reads the books in one transaction, asks the kernel, and writes them back."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from hardening import clock
from hardening.disclosure.answers import NOT_RESERVED, Answer, Outcome, Ticket, Use
from hardening.disclosure.books import Books
from hardening.disclosure.decision import Hold, decide
from hardening.disclosure.limits import UNLIMITED, Limits
from hardening.disclosure.moments import as_micros
from hardening.disclosure.settlement import KNOWN_FOR, Result, settle
from hardening.disclosure.tallies import Tally
from hardening.disclosure.windows import DAILY, DAY
from hardening.subjects import SubjectId

PRACTITIONER, ESTABLISHMENT, PORTAL = SCOPES = ("practitioner", "establishment", "portal")


@dataclass(frozen=True)
class Seen:
    """A place in the practitioner's exact sets: a person, or a hold (no ``subject``), which counts in both."""

    at: int
    newcomer_at: int | None
    subject: UUID | None = None


@dataclass(frozen=True)
class Page:
    """What a shelf holds about one practitioner at one establishment."""

    epoch: str
    practitioner: Tally
    establishment: Tally
    portal: Tally
    seen: tuple[Seen, ...]

    def books(self) -> Books:
        """Return the books as the kernel takes them."""
        return Books(
            self.practitioner,
            self.establishment,
            self.portal,
            tuple(seen.at for seen in self.seen),
            tuple(seen.newcomer_at for seen in self.seen if seen.newcomer_at is not None),
        )

    def last_shown(self, subject: SubjectId) -> Seen | None:
        """Return the place of ``subject``, if it is among those read."""
        return next((seen for seen in self.seen if seen.subject == subject), None)


class Shelf(Protocol):
    """The rows of a store inside one transaction that no other shares."""

    def page(self, practitioner: str, establishment: str, *, since: int) -> Page:
        """Return the tallies, and the places taken later than ``since``."""

    def put(self, practitioner: str, establishment: str, books: Books) -> None:
        """Write the three tallies."""

    def hold(self, practitioner: str, epoch: str, number: int) -> Hold | None:
        """Return a hold, or None."""

    def put_hold(self, practitioner: str, epoch: str, hold: Hold) -> None:
        """Write a hold, new or changed."""

    def drop_hold(self, practitioner: str, epoch: str, number: int) -> None:
        """Forget a hold and its places."""

    def known_at(self, establishment: str, subject: SubjectId) -> int | None:
        """Return when the establishment last showed the person."""

    def show(self, practitioner: str, establishment: str, seen: Seen, *, known_at: int) -> None:
        """Write when the person was last shown, to the practitioner and by the establishment."""


class KernelStore(ABC):
    """The contract on top of a shelf. Time is read once the shelf is ours: waiting must not age the question."""

    @abstractmethod
    def shelf(self) -> AbstractContextManager[Shelf]:
        """Return the shelf, held alone until the block ends, and written only if it ends well."""

    @abstractmethod
    def use_of(self, *, practitioner: str) -> Use:
        """Return how far the practitioner's day is used."""

    def reserve(self, *, practitioner: str, establishment: str, limits: Limits) -> Answer:
        """Return whether one more person may be looked up; see ``decide``."""
        with self.shelf() as shelf:
            at = as_micros(clock.now())
            page = shelf.page(practitioner, establishment, since=at - DAY)
            decision = decide(page.books(), limits=limits, at=at)
            shelf.put(practitioner, establishment, decision.books)
            if decision.hold is None:
                return decision.answer
            shelf.put_hold(practitioner, page.epoch, decision.hold)
            ticket = Ticket(
                practitioner=practitioner,
                establishment=establishment,
                epoch=page.epoch,
                number=decision.hold.number,
                price=decision.hold.price,
                limits=limits,
            )
            return replace(decision.answer, ticket=ticket)

    def settle(self, ticket: Ticket, *, outcome: Outcome, subject: SubjectId | None = None) -> Answer:
        """Return what the look-up cost; see ``settlement.settle``."""
        with self.shelf() as shelf:
            hold = shelf.hold(ticket.practitioner, ticket.epoch, ticket.number)
            if hold is None or hold.is_settled:
                return Answer(is_allowed=False, reason=NOT_RESERVED)
            at = as_micros(clock.now())
            page = shelf.page(ticket.practitioner, ticket.establishment, since=at - DAY)
            shown = page.last_shown(subject) if subject else None
            is_repeat = shown is not None and shown.at > max(at, page.practitioner.latest) - DAY
            result = Result(outcome, is_repeat)
            settlement = settle(page.books(), hold, result, limits=ticket.limits, at=at)
            shelf.put(ticket.practitioner, ticket.establishment, settlement.books)
            if settlement.frees_places:
                shelf.drop_hold(ticket.practitioner, ticket.epoch, ticket.number)
            else:
                shelf.put_hold(ticket.practitioner, ticket.epoch, replace(hold, is_settled=True))
            if subject:
                _show(shelf, ticket, subject, books=settlement.books, before=shown if is_repeat else None)
            after = shelf.page(ticket.practitioner, ticket.establishment, since=at - DAY).books()
            return Answer(
                is_allowed=True,
                remaining=after.advanced(to=at, limits=ticket.limits).remaining(limits=ticket.limits),
                new=int(bool(subject) and not is_repeat),
                repeated=int(is_repeat),
                charged=settlement.charged,
            )

    def has_shown(self, *, practitioner: str, subject: SubjectId) -> bool:
        """Tell whether the person was shown to this practitioner in the trailing 24 hours."""
        with self.shelf() as shelf:
            at = as_micros(clock.now())
            page = shelf.page(practitioner, "", since=at - DAY)
            shown = page.last_shown(subject)
            return shown is not None and shown.at > max(at, page.practitioner.latest) - DAY


def _show(shelf: Shelf, ticket: Ticket, subject: SubjectId, *, books: Books, before: Seen | None) -> None:
    """Write down who was shown; a repeat stays what he was, anybody else is a newcomer unless the place knows him."""
    now, there = books.practitioner.latest, books.establishment.latest
    if before is None:
        known_at = shelf.known_at(ticket.establishment, subject)
        newcomer_at = now if known_at is None or known_at <= there - KNOWN_FOR else None
    else:
        newcomer_at = before.newcomer_at
    shelf.show(ticket.practitioner, ticket.establishment, Seen(now, newcomer_at, subject), known_at=there)


def use_of_day(tally: Tally, seen: tuple[Seen, ...], *, at: int) -> Use:
    """Return the use that a tally and the places taken in its trailing day show."""
    now = tally.advanced(to=at, ceilings=UNLIMITED)
    return Use(
        tenths=sum(now.day),
        people=sum(place.at > now.latest - DAY for place in seen),
        relief_at=DAILY.relief_at(now.day, at=now.latest),
    )
