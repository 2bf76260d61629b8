"""One reading of a birth date, or a message."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lookups.birth_dates import UnreadableDate, age_on, parse_birth_date

TODAY = date(2026, 3, 2)
BORN = date(1954, 2, 3)
USUAL = ["03/02/1954", "3/2/1954", "03.02.1954", "03-02-1954", "03 02 1954", "03021954"]


@pytest.mark.parametrize("typed", [*USUAL, " 03/02/1954 ", "03\u00a002\u202f1954", "1954-02-03"])
def test_a_date_is_read_in_every_usual_spelling(typed: str) -> None:
    assert parse_birth_date(typed, today=TODAY) == BORN


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("03/02/54", "short_year"),
        ("02/25/1954", "month"),
        ("31/02/1954", "impossible"),
        ("29/02/1955", "impossible"),
        ("00/02/1954", "impossible"),
        ("03/00/1954", "impossible"),
        ("03/02/0000", "impossible"),
        ("03/03/2026", "future"),
        ("03/02/1899", "too_old"),
        ("3 février 1954", "format"),
        ("03/02", "format"),
        ("03/02/195", "format"),
        ("٠٣/٠٢/١٩٥٤", "format"),
        ("", "format"),
    ],
)
def test_what_has_no_single_reading_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(UnreadableDate) as refusal:
        parse_birth_date(typed, today=TODAY)

    assert refusal.value.code == code


def test_somebody_born_today_is_read() -> None:
    assert parse_birth_date("02/03/2026", today=TODAY) == TODAY


@given(st.dates(min_value=date(1900, 1, 1), max_value=TODAY), st.sampled_from(["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d"]))
def test_every_date_reads_back_as_itself(day: date, spelling: str) -> None:
    assert parse_birth_date(day.strftime(spelling), today=TODAY) == day


@given(st.text())
def test_any_text_is_a_date_or_a_reason(typed: str) -> None:
    with suppress(UnreadableDate):
        assert parse_birth_date(typed, today=TODAY) <= TODAY


@pytest.mark.parametrize(
    ("on", "age"), [(date(2026, 2, 2), 71), (date(2026, 2, 3), 72), (date(2026, 2, 4), 72), (date(1954, 2, 3), 0)]
)
def test_an_age_changes_on_the_birthday(on: date, age: int) -> None:
    assert age_on(on, birth_date=BORN) == age
