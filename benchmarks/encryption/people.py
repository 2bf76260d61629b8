"""Numbers of people who do not exist, as many as a table needs."""

from uuid import UUID

from hardening.encryption.nir import nir_key

_DEPARTMENTS = tuple(f"{number:02d}" for number in range(1, 96) if number != 20)  # noqa: PLR2004 - Corsica is 2A and 2B
_COMMUNE = "999"
_ORDERS, _MONTHS, _YEARS = 999, 12, 100
CAPACITY = 2 * _YEARS * _MONTHS * _ORDERS * len(_DEPARTMENTS)
"""How many numbers there are: about 225 million."""
_STRIDE = 99_999_989
"""A prime that does not divide the capacity: neighbours in a load are far apart in the index, as people are."""
_KEY_STRIDE = 0x9E3779B97F4A7C15F39CC0605CEDC835
_KEY_SPACE = 1 << 128


def nir_of(number: int) -> str:
    """Return the made-up NIR, in normal form with its key, of the person with this number; no two share one.

    Raise ValueError for a number outside [0, CAPACITY[.
    """
    if not 0 <= number < CAPACITY:
        raise ValueError(f"there are {CAPACITY} made-up numbers")
    rest = number * _STRIDE % CAPACITY
    rest, order = divmod(rest, _ORDERS)
    rest, month = divmod(rest, _MONTHS)
    rest, year = divmod(rest, _YEARS)
    department, sex = divmod(rest, 2)
    thirteen = f"{sex + 1}{year:02d}{month + 1:02d}{_DEPARTMENTS[department]}{_COMMUNE}{order + 1:03d}"
    return thirteen + nir_key(thirteen)


def key_of(number: int) -> UUID:
    """Return the primary key of the person with this number: scattered like a random UUID, and known again later."""
    return UUID(int=(number + 1) * _KEY_STRIDE % _KEY_SPACE)
