"""Social security numbers that are valid and that nobody has: their communes do not exist."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random  # noqa: TID251 - seeded: the same people on every machine; nothing secret comes from it

from hardening.encryption.nir import nir_key

CORSICA = 20
CORSICA_WAS_SPLIT_IN = 1976
DEPARTMENTS = tuple(f"{number:02}" for number in range(1, 96) if number != CORSICA)
OVERSEAS = ("971", "972", "973", "974", "976", "987", "988")

# The fullest department, Pas-de-Calais, stops at 909; 990 to 999 have meanings of their own.
COMMUNES = range(950, 990)
OVERSEAS_COMMUNES = range(80, 90)
COUNTRIES = range(580, 590)

# Shares about as in the population, so that every kind of number is met within a few hundred people.
CORSICAN, OVERSEAS_BORN, BORN_ABROAD, INCOMPLETE_CIVIL_STATUS = 0.03, 0.04, 0.10, 0.02
INCOMPLETE_MONTHS = range(20, 43)


@dataclass(frozen=True)
class Birth:
    """What a number tells about its holder. ``place`` is five characters: department or 99, commune or country."""

    is_male: bool
    on: date
    place: str


def with_key(thirteen: str) -> str:
    """Return the fifteen characters."""
    return thirteen + nir_key(thirteen)


def place_of_birth(chance: Random, *, year: int) -> str:
    """Return a place that does not exist: on the mainland, in Corsica, overseas or abroad."""
    kind = chance.random()
    if kind < CORSICAN:
        department = chance.choice(("2A", "2B")) if year >= CORSICA_WAS_SPLIT_IN else str(CORSICA)
        return f"{department}{chance.choice(COMMUNES)}"
    if kind < CORSICAN + OVERSEAS_BORN:
        return f"{chance.choice(OVERSEAS)}{chance.choice(OVERSEAS_COMMUNES)}"
    if kind < CORSICAN + OVERSEAS_BORN + BORN_ABROAD:
        return f"99{chance.choice(COUNTRIES)}"
    return f"{chance.choice(DEPARTMENTS)}{chance.choice(COMMUNES)}"


@dataclass
class Register:
    """Gives out numbers, each once.

    The order number of a birth is shared by both sexes, so the same number with the other sex digit belongs to
    nobody. The register keeps that rule: a detector of guessed numbers rests on it.
    """

    chance: Random
    taken: set[str] = field(default_factory=set)

    def number(self, birth: Birth) -> str:
        """Return a new number for this birth. Raise RuntimeError when the month and place are full."""
        month = f"{birth.on:%m}"
        if self.chance.random() < INCOMPLETE_CIVIL_STATUS:
            month = str(self.chance.choice(INCOMPLETE_MONTHS))
        for order in self._orders():
            birth_number = f"{birth.on:%y}{month}{birth.place}{order:03}"
            if birth_number not in self.taken:
                self.taken.add(birth_number)
                return with_key(("1" if birth.is_male else "2") + birth_number)
        raise RuntimeError("every order number of this month and place is taken")

    def reserve(self, number: str) -> None:
        """Never give out ``number`` nor its counterpart of the other sex."""
        self.taken.add(number[1:13])

    def _orders(self) -> Iterator[int]:
        first = self.chance.randint(1, 120)
        yield from range(first, 1000)
        yield from range(1, first)
