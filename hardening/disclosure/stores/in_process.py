"""The oracle: counts in this process's memory. Refused outside tests, since every worker would have its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID, uuid4

from hardening import clock
from hardening.disclosure.answers import Use
from hardening.disclosure.books import Books
from hardening.disclosure.decision import Hold
from hardening.disclosure.moments import as_micros
from hardening.disclosure.stores.kernel import (
    ESTABLISHMENT,
    PORTAL,
    PRACTITIONER,
    KernelStore,
    Page,
    Seen,
    use_of_day,
)
from hardening.disclosure.tallies import Tally
from hardening.subjects import SubjectId


@dataclass
class MemoryShelf:
    """Rows in dictionaries, keyed by tuples: joined text could make two different keys meet (R14)."""

    epoch: str = field(default_factory=lambda: str(uuid4()))
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    holds: dict[tuple[str, str, int], Hold] = field(default_factory=dict)
    shown: dict[str, dict[UUID, Seen]] = field(default_factory=dict)
    known: dict[tuple[str, UUID], int] = field(default_factory=dict)

    def page(self, practitioner: str, establishment: str, *, since: int) -> Page:
        """Return the tallies, and the places taken later than ``since``."""
        held = [
            Seen(hold.practitioner_at, hold.practitioner_at)
            for (owner, _, _), hold in self.holds.items()
            if owner == practitioner
        ]
        places = (*self.shown.get(practitioner, {}).values(), *held)
        return Page(
            self.epoch,
            self.tallies.get((PRACTITIONER, practitioner), Tally()),
            self.tallies.get((ESTABLISHMENT, establishment), Tally()),
            self.tallies.get((PORTAL, PORTAL), Tally()),
            tuple(seen for seen in places if seen.at > since),
        )

    def put(self, practitioner: str, establishment: str, books: Books) -> None:
        """Write the three tallies."""
        self.tallies[PRACTITIONER, practitioner] = books.practitioner
        self.tallies[ESTABLISHMENT, establishment] = books.establishment
        self.tallies[PORTAL, PORTAL] = books.portal

    def hold(self, practitioner: str, epoch: str, number: int) -> Hold | None:
        """Return a hold, or None."""
        return self.holds.get((practitioner, epoch, number))

    def put_hold(self, practitioner: str, epoch: str, hold: Hold) -> None:
        """Write a hold, new or changed."""
        self.holds[practitioner, epoch, hold.number] = hold

    def drop_hold(self, practitioner: str, epoch: str, number: int) -> None:
        """Forget a hold and its places."""
        del self.holds[practitioner, epoch, number]

    def known_at(self, establishment: str, subject: SubjectId) -> int | None:
        """Return when the establishment last showed the person."""
        return self.known.get((establishment, subject))

    def show(self, practitioner: str, establishment: str, seen: Seen, *, known_at: int) -> None:
        """Write when the person was last shown, to the practitioner and by the establishment."""
        if seen.subject:
            self.shown.setdefault(practitioner, {})[seen.subject] = seen
            self.known[establishment, seen.subject] = known_at


class InProcessStore(KernelStore):
    """The kernel over dictionaries, one question at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shelf = MemoryShelf()

    @contextmanager
    def shelf(self) -> Iterator[MemoryShelf]:
        """Return the shelf, held alone until the block ends."""
        with self._lock:
            yield self._shelf

    def use_of(self, *, practitioner: str) -> Use:
        """Return how far the practitioner's day is used."""
        with self.shelf() as shelf:
            page = shelf.page(practitioner, "", since=0)
            return use_of_day(page.practitioner, page.seen, at=as_micros(clock.now()))
