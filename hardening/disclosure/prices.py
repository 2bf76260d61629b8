"""What a look costs, in tenths of a person: integers, so that every store answers alike to the last digit."""

PERSON = 10
"""A person not shown to this practitioner in the last 24 hours."""

REPEAT = 1
"""A person shown again: a practitioner may reread one file all day, a thief reads each person once."""

MISS = 30
"""A look-up that finds nobody. Of an enumerator's guesses 97 in 100 miss; an honest practitioner mistypes."""

CHEAP_MISSES = 5
"""How many misses of a day cost no more than a person, at least; more for who usually mistypes more (D38)."""


def miss_price(*, misses: int, cheap: int) -> int:
    """Return what the next miss costs after ``misses`` in the trailing day; the ``cheap`` first cost a person."""
    return PERSON if misses < cheap else MISS


def whole_people(tenths: int) -> int:
    """Return how many new people ``tenths`` would pay for; a rest below a person pays for none."""
    return max(tenths, 0) // PERSON
