"""Open or not, on a day."""

from datetime import date

import pytest

from portal.coverage.rights import has_open_rights

BEGIN, END = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("on", "is_open"),
    [(date(2025, 12, 31), False), (BEGIN, True), (END, True), (date(2027, 1, 1), False)],
)
def test_rights_are_open_from_the_first_day_to_the_last(on: date, is_open: bool) -> None:  # noqa: FBT001 - the table's column
    assert has_open_rights(on, begin=BEGIN, end=END) is is_open


def test_rights_without_an_end_stay_open() -> None:
    assert has_open_rights(date(2099, 1, 1), begin=BEGIN, end=None)
