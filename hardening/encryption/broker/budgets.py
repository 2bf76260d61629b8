"""How many people the broker opens: for one named actor and in all, within a trailing window."""

from collections.abc import Iterable
from dataclasses import dataclass
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


class Books:
    """What was charged within the window. Whoever holds it lets one thread in at a time."""

    def __init__(self, caps: Caps, charges: Iterable[Charge] = ()) -> None:
        self.caps = caps
        self._books: dict[str, dict[bytes, Charge]] = {}
        self._spent: dict[str, int] = {}
        for charge in charges:
            self.enter(charge)

    def due(self, *, actor: str, is_named: bool, entry: bytes, price: int, at: datetime) -> list[Charge]:
        """Return the lines to be written before this is answered; none for a repeat within the window.

        A person counts once in all, whoever asks, and once for each actor. What nobody's name stands behind counts
        in all alone: a cap on it would lock out log-in.

        A charge is free again at exactly ``at - window``. Raise Spent if a cap would be passed.
        """
        names = (ALL, actor) if is_named else (ALL,)
        for name in names:
            self._forget(name, at=at)
        new = [name for name in names if entry not in self._books.get(name, {})]
        for name in new:
            self._require_room(name, price=price)
        if len(new) == 1 and new[0] != ALL:
            self._require_rows(at=at)
        return [Charge(name, entry, price, at) for name in new]

    def enter(self, charge: Charge) -> None:
        """Count a line that is written. Lines come in the order of their moments."""
        book = self._books.setdefault(charge.book, {})
        before = book.pop(charge.entry, None)
        book[charge.entry] = charge
        spent = self._spent.get(charge.book, 0) + charge.price
        self._spent[charge.book] = spent - (before.price if before else 0)

    def spent(self, book: str = ALL) -> int:
        """Return how many people stand in a book."""
        return self._spent.get(book, 0)

    def _cap(self, name: str) -> int:
        return self.caps.in_all if name == ALL else self.caps.per_actor

    def _require_room(self, name: str, *, price: int) -> None:
        excess = self.spent(name) + price - self._cap(name)
        if excess <= 0:
            return
        for charge in self._books[name].values():
            excess -= charge.price
            if excess <= 0:
                raise Spent(charge.at + self.caps.window)
        raise ValueError("a price beyond the cap")

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
