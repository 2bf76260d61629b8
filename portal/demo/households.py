"""Made-up households: who is covered with whom, and under which number."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random  # noqa: TID251 - seeded: the same people on every machine; nothing secret comes from it

from portal.coverage.models import MaritalStatus, Quality
from portal.demo.names import LAST, MEN, WOMEN
from portal.demo.numbers import Birth, Register, place_of_birth

SEED = 20240201
"""The month of the breach that this product answers."""

OWN_NUMBER_FROM = 17
ADULT = 20
OLDEST = 92
PARENTS = range(24, 63)
CHILDREN = (0, 0, 1, 1, 2, 2, 3)
WITH_SPOUSE, EXPIRED, TWINS = 0.45, 0.06, 0.03
"""Shares: enough of each to meet one within a few dozen households."""


@dataclass(frozen=True)
class Person:
    """One covered person, in clear: exists only while the demonstration is being filled."""

    nir: str
    birth_date: date
    first_names: str
    last_name: str
    quality: Quality = Quality.HOLDER
    marital_status: str = MaritalStatus.SINGLE
    birth_rank: int = 1
    carries_holder_number: bool = False


@dataclass(frozen=True)
class Household:
    """A contract with its people, the holder first. ``formula``: 0 basic, 1 middle, 2 high."""

    people: tuple[Person, ...]
    contract_number: str
    member_number: str
    insurer: int = 0
    formula: int = 1
    has_expired: bool = False


@dataclass
class Town:
    """Draws households one after another: the same ones for the same seed and day."""

    today: date
    reserved: tuple[str, ...] = ()
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - nothing secret
    register: Register = field(init=False)

    def __post_init__(self) -> None:
        self.register = Register(self.chance)
        for number in self.reserved:
            self.register.reserve(number)

    def households(self, *, people: int, insurers: int) -> Iterator[Household]:
        """Yield households until ``people`` persons live in them; the last one is cut to fit."""
        left = people
        while left > 0:
            members = tuple(self._members())[:left]
            left -= len(members)
            yield Household(
                members,
                contract_number=f"C{self.chance.randrange(10**9):09}",
                member_number=f"{self.chance.randrange(10**10):010}",
                insurer=self.chance.randrange(insurers),
                formula=self.chance.randrange(3),
                has_expired=self.chance.random() < EXPIRED,
            )

    def _members(self) -> Iterator[Person]:
        name, age = self.chance.choice(LAST), self.chance.randint(ADULT, OLDEST)
        holder = self._adult(name, Quality.HOLDER, age=age)
        yield holder
        if self.chance.random() < WITH_SPOUSE:
            other_name = self.chance.choice((name, name, self.chance.choice(LAST)))
            yield self._adult(other_name, Quality.SPOUSE, age=max(ADULT, age + self.chance.randint(-5, 5)))
        if age in PARENTS:
            yield from self._children(holder, oldest=min(ADULT + 2, age - ADULT))

    def _adult(self, name: str, quality: Quality, *, age: int) -> Person:
        birth = self._birth(age)
        status = MaritalStatus.MARRIED if quality == Quality.SPOUSE else self.chance.choice(MaritalStatus.values)
        first_names = self.chance.choice(MEN if birth.is_male else WOMEN)
        return Person(self.register.number(birth), birth.on, first_names, name, quality, status)

    def _children(self, holder: Person, *, oldest: int) -> Iterator[Person]:
        for _ in range(self.chance.choice(CHILDREN)):
            age = self.chance.randint(0, oldest)
            birth, has_own = self._birth(age), age >= OWN_NUMBER_FROM
            number = self.register.number(birth) if has_own else holder.nir
            are_twins = not has_own and self.chance.random() < TWINS
            for rank in (1, 2) if are_twins else (1,):
                yield Person(
                    number,
                    birth.on,
                    self.chance.choice(MEN if birth.is_male else WOMEN),
                    holder.last_name,
                    Quality.CHILD,
                    birth_rank=rank,
                    carries_holder_number=not has_own,
                )

    def _birth(self, age: int) -> Birth:
        # The youngest possible birthday of that age and up to a year before it: never in the future.
        on = self.today - timedelta(days=age * 365.25 + self.chance.randrange(365))
        return Birth(is_male=self.chance.random() < 1 / 2, on=on, place=place_of_birth(self.chance, year=on.year))
