"""The French social security number (NIR): its normal form, its key, and what is wrong with one that is refused."""

import re
from typing import NewType

from hardening.errors import HardeningError

Nir = NewType("Nir", str)
"""Normal form: 15 characters, capital letters, nothing between them."""

MASK_CHARACTER = "●"
NIR_CHARACTERS = 15

_NUMBER_CHARACTERS = 13
_SEPARATORS = re.compile(r"[\s.\-\u00a0\u202f\u2007\u2009]+")
_CERTIFIED = "12"
PROVISIONAL = "345678"
"""First digits of people whose civil status is not yet certified."""
_CORSICA = {"2A": "19", "2B": "18"}
_OVERSEAS = ("97", "98")
_CORSICAN = {"A": 1, "B": 2}
_LETTER_AT = 6
_LETTER_BIT = 50
"""Fifteen digits stay below 2⁵⁰; the letter stands above them."""
PACKED_BYTES = 7
_USUAL = re.compile(r"[12][0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[1-8][0-9]|9[0-69])(?!000)[0-9]{3}(?!000)[0-9]{3}[0-9]{2}")
"""Nearly every number: certified, born in a month of the year, outside Corsica's letters and overseas."""


class InvalidNirError(HardeningError, ValueError):
    """A text is not a NIR. ``code`` says why in one stable word; the text itself is never repeated."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse_nir(text: str, *, accept_provisional: bool = True) -> Nir:
    """Return the normal form of a number as people type or paste it: spaces, no-break spaces, dots, 2a, 2b.

    The two-digit key is demanded and compared, never computed for the caller: it stops a slip of one digit from
    becoming a look-up of somebody else, and makes an enumerator guess it.

    Raise InvalidNirError with the first thing that is wrong.
    """
    # A number that is sealed or looked up is in normal form already: one match instead of a dozen tests.
    if _USUAL.fullmatch(text):
        digits = int(text)
        if digits % 100 == 97 - digits // 100 % 97:
            return Nir(text)
    number = text if len(text) == NIR_CHARACTERS and text.isalnum() else _SEPARATORS.sub("", text)
    number = number.upper()
    if not number:
        raise InvalidNirError("empty", "there is no number")
    if not (number.isascii() and number.isalnum()):
        raise InvalidNirError("characters", "a number has digits only, and 2A or 2B for Corsica")
    if len(number) == _NUMBER_CHARACTERS:
        raise InvalidNirError("no_key", "the two digits of the key are missing")
    if len(number) != NIR_CHARACTERS:
        raise InvalidNirError("length", f"a number has {NIR_CHARACTERS} characters with its key")
    thirteen, key = number[:_NUMBER_CHARACTERS], number[_NUMBER_CHARACTERS:]
    if not key.isdigit():
        raise InvalidNirError("characters", "the key is two digits")
    expected = nir_key(thirteen)  # refuses letters out of place
    _require_structure(thirteen, accept_provisional=accept_provisional)
    if key != expected:
        raise InvalidNirError("key", "the two-digit key does not belong to this number")
    return Nir(number)


def nir_key(thirteen: str) -> str:
    """Return the two-digit key, 01 to 97, of thirteen characters in normal form.

    Raise InvalidNirError if they are not thirteen digits with at most a Corsican letter in the place of birth.
    """
    digits = thirteen
    if (replaced := _CORSICA.get(thirteen[5:7])) is not None:
        digits = thirteen[:5] + replaced + thirteen[7:]
    if len(digits) != _NUMBER_CHARACTERS or not (digits.isascii() and digits.isdigit()):
        raise InvalidNirError("characters", "a number has digits only, and 2A or 2B for Corsica")
    return f"{97 - int(digits) % 97:02d}"


def pack_nir(number: str) -> bytes:
    """Return a number in normal form in seven bytes: its digits as one integer, the Corsican letter above them.

    Raise ValueError for anything that is not fifteen digits, one of which may be that letter.
    """
    letter = 0
    if not number.isdecimal() and number[_LETTER_AT : _LETTER_AT + 1] in _CORSICAN:
        letter = _CORSICAN[number[_LETTER_AT]]
        number = f"{number[:_LETTER_AT]}0{number[_LETTER_AT + 1 :]}"
    if len(number) != NIR_CHARACTERS or not (number.isascii() and number.isdecimal()) or number[0] == "0":
        raise ValueError("not the normal form of a number")
    return (letter << _LETTER_BIT | int(number)).to_bytes(PACKED_BYTES, "big")


def unpack_nir(octets: bytes) -> Nir:
    """Return the number of seven bytes.

    Raise ValueError for bytes that no number is packed to.
    """
    packed = int.from_bytes(octets, "big")
    letter, digits = packed >> _LETTER_BIT, packed & (1 << _LETTER_BIT) - 1
    number = str(digits)
    if len(octets) != PACKED_BYTES or len(number) != NIR_CHARACTERS or letter > len(_CORSICAN):
        raise ValueError("no number is packed to these bytes")
    if not letter:
        return Nir(number)
    if number[_LETTER_AT] != "0":
        raise ValueError("no number is packed to these bytes")
    return Nir(f"{number[:_LETTER_AT]}{' AB'[letter]}{number[_LETTER_AT + 1 :]}")


def mask_nir(nir: str) -> str:
    """Return what may be shown of a number: sex digit and year of birth, the rest masked."""
    hidden = MASK_CHARACTER
    return f"{nir[0]} {nir[1:3]} {hidden * 2} {hidden * 2} {hidden * 3} {hidden * 3} {hidden * 2}"


def mask_everything() -> str:
    """Return the mask of a number of which nothing may be shown."""
    return " ".join(MASK_CHARACTER * length for length in (1, 2, 2, 2, 3, 3, 2))


def _require_structure(thirteen: str, *, accept_provisional: bool) -> None:
    first, month, place, order = thirteen[0], int(thirteen[3:5]), thirteen[5:10], thirteen[10:]
    if first not in _CERTIFIED + PROVISIONAL:
        raise InvalidNirError("sex", "a number starts with 1 to 8")
    if first in PROVISIONAL and not accept_provisional:
        raise InvalidNirError("provisional", "this number is provisional")
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):  # noqa: PLR2004 - months, and codes for unknown ones
        raise InvalidNirError("month", "the month of birth is impossible")
    _require_place(place)
    if order == "000":
        raise InvalidNirError("order", "the order number is impossible")


def _require_place(place: str) -> None:
    department, commune = place[:2], place[2:]
    # Overseas the third character is part of the territory (971, 987); abroad (99) all three are the country.
    is_possible = commune[0] != "0" if department in _OVERSEAS else commune != "000"
    if department == "00" or not is_possible:
        raise InvalidNirError("place", "the place of birth is impossible")
