"""A birth date as people type or paste it: one reading, or a message that says what is wrong."""

import re
from datetime import date

OLDEST_YEAR = 1900

_DAY_FIRST = re.compile(r"(\d{1,2})[/. \-](\d{1,2})[/. \-](\d{4}|\d{2})", re.ASCII)
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_TWO_DIGITS = 2
_MONTHS = 12


class UnreadableDate(ValueError):  # noqa: N818 - what was typed, not a defect
    """What was typed is no date. ``code`` names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_birth_date(text: str, *, today: date) -> date:
    """Return the date meant by ``text``: day, month, year, or the ISO form that software pastes.

    Raise UnreadableDate with ``format``, ``short_year`` (54 may be 1954 or 2054, and a guess would show the
    wrong person), ``month`` (13 and more: month and day were swapped), ``impossible`` (31 February),
    ``future`` or ``too_old``.
    """
    typed = _SPACES.sub(" ", text.strip())
    if match := _YEAR_FIRST.fullmatch(typed):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(typed) or _DIGITS.fullmatch(typed):
        day, month, year = match.groups()
    else:
        raise UnreadableDate("format")
    if len(year) == _TWO_DIGITS:
        raise UnreadableDate("short_year")
    if int(month) > _MONTHS:
        raise UnreadableDate("month")
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        raise UnreadableDate("impossible") from None
    if read > today:
        raise UnreadableDate("future")
    if read.year < OLDEST_YEAR:
        raise UnreadableDate("too_old")
    return read


def age_on(day: date, *, birth_date: date) -> int:
    """Return the age in whole years; a birthday counts on the day itself."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
