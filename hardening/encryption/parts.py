"""Declared parts of sealed values, as a year of birth or last digits: what each is, how it is asked, what it tells."""

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MOST_BITS = 16
"""What all parts of one column may tell: 65,000 groups, of about a thousand people each in a whole country. A finer
cut is so near to the person that the whole value need not be sealed."""

_MONTHS = 12
_TEXTS = ("text.1", "caseless.1")
_LAST = 4


@dataclass(frozen=True)
class PartFunction:
    """A pure rule that takes a part out of a plain value."""

    of: Callable[[Any], str]
    """The part of a value in its field's canonical form; every such value has one."""
    asked: Callable[[object], str]
    """The same part as a look-up names it; ValueError, not repeating it, tells how it is named."""
    groups: int
    """How many different parts there are among people: their number in bits is what a part tells at most."""
    normalisers: tuple[str, ...]
    """The kinds of field that it is a part of, by the normaliser of their index."""


@dataclass(frozen=True)
class PartIndex:
    """A blind index of one part of each value, declared in the ``parts`` of a sealed field.

    ``function`` is a key of ``PART_FUNCTIONS``; its middle word is the name by which the part is looked up. ``reason``
    says in a sentence what the part is needed for, since it weakens the column for everybody in it; a check asks.

    Raise ValueError for a function that does not exist.
    """

    function: str
    reason: str = field(default="", kw_only=True, compare=False)

    def __post_init__(self) -> None:
        if self.function not in PART_FUNCTIONS:
            raise ValueError(f"PartIndex: the function is one of {', '.join(PART_FUNCTIONS)}")

    @property
    def name(self) -> str:
        """Return the name of the part in look-ups and columns."""
        return self.function.split(".")[1]

    @property
    def rule(self) -> PartFunction:
        """Return what takes the part out of a value."""
        return PART_FUNCTIONS[self.function]

    @property
    def bits(self) -> float:
        """Return how many bits of each value the index tells at most to whoever reads the table."""
        return math.log2(self.rule.groups)

    def normal(self, plain: Any) -> bytes:  # noqa: ANN401 - the field's type
        """Return what the index of a plain value is made of."""
        return self.rule.of(plain).encode()

    def asked(self, part: object) -> bytes:
        """Return what the index of a part is made of that a look-up names.

        Raise ValueError, not repeating it, for what is no such part.
        """
        return self.rule.asked(part).encode()

    def deconstruct(self) -> tuple[str, tuple[str], dict[str, str]]:
        """Return the call that a migration keeps: without the reason, which may be reworded."""
        return "hardening.encryption.fields.PartIndex", (self.function,), {}


def bits_told(parts: Iterable[PartIndex]) -> float:
    """Return how many bits of each value these parts tell together at most."""
    return sum(part.bits for part in parts)


def fitting(normaliser: str) -> dict[str, str]:
    """Return the functions for the fields with this normaliser, by the name of their part."""
    fit = [name for name, rule in PART_FUNCTIONS.items() if normaliser in rule.normalisers]
    return {name.split(".")[1]: name for name in fit}


def _sex(nir: str) -> str:
    return nir[0]


def _birth_year(nir: str) -> str:
    return nir[1:3]


def _birth_month(nir: str) -> str:
    # 20 to 42 and 50 to 99 say that the month is unknown; told apart they would single people out.
    return nir[3:5] if 1 <= int(nir[3:5]) <= _MONTHS else "00"


def _department(nir: str) -> str:
    return nir[5:7]


def _last_4(nir: str) -> str:
    return nir[-_LAST:]


def _year(day: date) -> str:
    return f"{day.year:04d}"


def _month(day: date) -> str:
    return f"{day.month:02d}"


def _first_letter(text: str) -> str:
    first = unicodedata.normalize("NFKD", text).strip().casefold()[:1]
    return first if first.isascii() and first.isalpha() else "#"


def _last_4_digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")[-_LAST:]


def _number(*, least: int, most: int, digits: int) -> Callable[[object], str]:
    """Return what reads a whole number, also one written in digits, and writes it with leading zeros."""

    def read(part: object) -> str:
        is_written = isinstance(part, str) and part.isascii() and part.isdigit() and len(part) <= digits
        is_number = isinstance(part, int) and not isinstance(part, bool)
        if not (is_written or is_number) or not least <= int(part) <= most:  # type: ignore[call-overload]  # tested
            raise ValueError(f"it is a number from {least} to {most}")
        return f"{int(part):0{digits}d}"  # type: ignore[call-overload]  # likewise

    return read


def _asked_department(part: object) -> str:
    written = f"{part:02d}" if isinstance(part, int) and not isinstance(part, bool) else str(part).upper()
    is_number = len(written) == len("2A") and written.isascii() and written.isdigit() and written != "00"
    if not is_number and written not in {"2A", "2B"}:
        raise ValueError("it is the first two characters of a place of birth: 75, 2A, 97, 99")
    return written


def _asked_digits(*, least: int) -> Callable[[object], str]:
    """Return what reads up to four digits; a number would have lost its leading zeros."""

    def read(part: object) -> str:
        is_digits = isinstance(part, str) and part.isascii() and (part.isdigit() or not part)
        if not is_digits or not least <= len(str(part)) <= _LAST:
            raise ValueError("it is a text of four digits")
        return str(part)

    return read


def _asked_letter(part: object) -> str:
    if not isinstance(part, str) or len(unicodedata.normalize("NFC", part)) != 1:
        raise ValueError("it is one letter, or # for all that start with none from A to Z")
    return _first_letter(part)


PART_FUNCTIONS: Mapping[str, PartFunction] = {
    "nir.sex.1": PartFunction(_sex, _number(least=1, most=8, digits=1), 8, ("nir.1",)),
    # Two digits: a number does not say the century.
    "nir.birth_year.1": PartFunction(_birth_year, _number(least=0, most=99, digits=2), 100, ("nir.1",)),
    "nir.birth_month.1": PartFunction(_birth_month, _number(least=0, most=_MONTHS, digits=2), 13, ("nir.1",)),
    "nir.department.1": PartFunction(_department, _asked_department, 101, ("nir.1",)),
    # Two digits of the order number, and the key, which is one of 97.
    "nir.last_4.1": PartFunction(_last_4, _asked_digits(least=_LAST), 9_700, ("nir.1",)),
    # More years exist than people have been born in whom a register holds.
    "date.year.1": PartFunction(_year, _number(least=1, most=9999, digits=4), 128, ("date.1",)),
    "date.month.1": PartFunction(_month, _number(least=1, most=_MONTHS, digits=2), _MONTHS, ("date.1",)),
    "text.first_letter.1": PartFunction(_first_letter, _asked_letter, 27, _TEXTS),
    # None to four digits, of a telephone or an account number.
    "text.last_4_digits.1": PartFunction(_last_4_digits, _asked_digits(least=0), 11_111, _TEXTS),
}
"""Frozen: a changed rule is a new function with the next number."""
