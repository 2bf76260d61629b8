"""How many people the broker opens: for one named actor and in all, within a trailing window."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

ALL = ""
"""The book of everybody; no actor has this name."""

PERSON = 1
_ROWS_PER_PERSON = 20


class Spent(Exception):  # noqa: N818 - an outcome, turned into an answer
    """The cap is reached; ``resets_at`` is when the same request would be allowed."""

    def __init__(self, resets_at: datetime) -> None:
        super().__init__("spent")
        self.resets_at = resets_at


@dataclass(frozen=True, kw_only=True)
class Caps:
    """The caps, in people, and the window that they are counted in."""

    per_actor: int
    in_all: int
    window: timedelta

    def __str__(self) -> str:
        hours = self.window / timedelta(hours=1)
        return f"at most {self.per_actor} people per actor and {self.in_all} in all per {hours:g} h"


@dataclass(frozen=True)
class Charge:
    """One line of a book: the digest of a person or of a question, its price in people, and when."""

    book: str
    entry: bytes
    price: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Due:
    """What is asked for: a person or a question, by whom, at what price."""

    actor: str
    is_named: bool
    entry: bytes
    price: int
    answers: tuple[bytes, ...] = ()
    """The questions that this person is the answer to."""


class Books:
    """What was charged within the window. Whoever holds it lets one thread in at a time."""

    def __init__(self, caps: Caps, charges: Iterable[Charge] = ()) -> None:
        self.caps = caps
        self._books: dict[str, dict[bytes, Charge]] = {}
        self._spent: dict[str, int] = {}
        for charge in charges:
            self.enter(charge)

    def due(self, request: "Due", *, at: datetime) -> list[Charge]:
        """Return the lines to be written before this is answered; none for a repeat within the window.

        A person counts once in all, whoever asks, and once for each actor. What nobody's name stands behind counts
        in all alone: a cap on it would lock out log-in. A question that turns out to have found this person was no
        miss: its price goes down to nothing, in the books that it stands in.

        A charge is free again at exactly ``at - window``. Raise Spent if a cap would be passed.
        """
        names = (ALL, request.actor) if request.is_named else (ALL,)
        for name in names:
            self._forget(name, at=at)
        settled = [line for name in names for line in self._settled(name, request.answers)]
        new = [name for name in names if request.entry not in self._books.get(name, {})]
        full = [moment for name in new for moment in self._moments_of_room(name, request)]
        if full:
            raise Spent(max(full))
        if len(new) == 1 and new[0] != ALL:
            self._require_rows(at=at)
        return [*settled, *(Charge(name, request.entry, request.price, at) for name in new)]

    def enter(self, charge: Charge) -> None:
        """Count a line that is written. Lines come in the order of their moments."""
        book = self._books.setdefault(charge.book, {})
        before = book.get(charge.entry)
        book[charge.entry] = charge
        spent = self._spent.get(charge.book, 0) + charge.price
        self._spent[charge.book] = spent - (before.price if before else 0)

    def spent(self, book: str = ALL) -> int:
        """Return how many people stand in a book."""
        return self._spent.get(book, 0)

    def _cap(self, name: str) -> int:
        return self.caps.in_all if name == ALL else self.caps.per_actor

    def _settled(self, name: str, questions: Collection[bytes]) -> list[Charge]:
        book = self._books.get(name, {})
        asked = [book[question] for question in questions if question in book]
        return [replace(line, price=0) for line in asked if line.price]

    def _moments_of_room(self, name: str, request: "Due") -> list[datetime]:
        """Return the moment at which a full book has room; nothing if it has now."""
        if request.price > self._cap(name):
            raise ValueError("a price beyond the cap")
        book = self._books.get(name, {})
        given_back = sum(book[question].price for question in request.answers if question in book)
        excess = self.spent(name) + request.price - given_back - self._cap(name)
        if excess <= 0:
            return []
        for charge in book.values():
            if charge.entry in request.answers:
                continue
            excess -= charge.price
            if excess <= 0:
                break
        return [charge.at + self.caps.window]

    def _require_rows(self, *, at: datetime) -> None:
        # A person that counts already in all would be written down again for each actor that somebody invents.
        for name in list(self._books):
            self._forget(name, at=at)
        if sum(map(len, self._books.values())) >= _ROWS_PER_PERSON * self.caps.in_all:
            raise Spent(min(charge.at for book in self._books.values() for charge in book.values()) + self.caps.window)

    def _forget(self, name: str, *, at: datetime) -> None:
        book = self._books.get(name, {})
        while book:
            entry, oldest = next(iter(book.items()))
            if oldest.at > at - self.caps.window:
                return
            self._spent[name] -= oldest.price
            del book[entry]
        self._books.pop(name, None)
        self._spent.pop(name, None)
