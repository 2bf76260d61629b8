import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.disclosure.limits import (
    SEASONED,
    UNLIMITED,
    Baseline,
    Ceilings,
    Limits,
    Member,
    ceilings_of,
    cheap_misses,
    establishment_people,
    newcomers_a_day,
    people_a_day,
)
from hardening.disclosure.prices import MISS, PERSON, miss_price, whole_people

LONG_AGO, NOW = 0, 2 * SEASONED


@pytest.mark.parametrize(
    ("usual", "allowed"), [(None, 75), (0, 20), (6, 20), (7, 21), (40, 120), (50, 150), (51, 150), (900, 150)]
)
def test_three_usual_days_at_least_twenty_at_most_the_cap(usual: int | None, allowed: int) -> None:
    baseline = None if usual is None else Baseline(people=usual)

    assert people_a_day(baseline, cap=150, start=75) == allowed


def test_the_cap_of_a_profession_wins_over_the_least() -> None:
    assert people_a_day(Baseline(people=100), cap=10, start=5) == 10


@pytest.mark.parametrize(("usual", "cheap"), [(None, 5), (0, 5), (5, 5), (9, 9)])
def test_five_misses_of_a_day_are_cheap_or_as_many_as_usual(usual: int | None, cheap: int) -> None:
    assert cheap_misses(None if usual is None else Baseline(people=20, misses=usual)) == cheap


@pytest.mark.parametrize(("people", "newcomers"), [(0, 0), (1, 1), (20, 16), (75, 60), (150, 120)])
def test_fewer_of_them_may_be_new_to_the_establishment(people: int, newcomers: int) -> None:
    assert newcomers_a_day(people, percent=80) == newcomers


@given(st.integers(0, 10_000))
def test_no_shorter_window_allows_more_than_the_day(people: int) -> None:
    ceilings = ceilings_of(people)

    assert ceilings.burst is not None
    assert ceilings.hour is not None
    assert ceilings.burst <= ceilings.hour <= (ceilings.day or 0) == people * PERSON


@pytest.mark.parametrize(
    ("people", "ceilings"),
    [
        (20, Ceilings(burst=60, hour=100, day=200)),
        (5, Ceilings(burst=50, hour=50, day=50)),
        (600, Ceilings(burst=600, hour=3000, day=6000)),
    ],
)
def test_the_least_budget_is_usable_at_a_counter_and_the_largest_is_paced(people: int, ceilings: Ceilings) -> None:
    assert ceilings_of(people) == ceilings


def test_an_account_is_seasoned_after_four_weeks() -> None:
    assert SEASONED == 4 * 7 * 24 * 3600 * 1_000_000


def test_what_is_not_said_refuses_nobody_and_passes_nobody() -> None:
    limits = Limits(practitioner=UNLIMITED, people=1, newcomers=1)

    assert (limits.establishment, limits.portal) == (UNLIMITED, UNLIMITED)
    assert (limits.cheap_misses, limits.passes_establishment) == (5, False)


def test_an_optician_s_start_is_half_in_an_hour_and_seven_at_once() -> None:
    assert ceilings_of(75) == Ceilings(burst=70, hour=380, day=750)
    assert ceilings_of(None) == UNLIMITED


def test_a_practitioner_alone_has_no_establishment_over_him() -> None:
    """D38."""
    assert establishment_people([Member(75, LONG_AGO)], at=NOW) is None
    assert establishment_people([], at=NOW) is None


@pytest.mark.parametrize(
    ("members", "people"),
    [
        ([Member(75, LONG_AGO), Member(75, LONG_AGO)], 105),
        ([Member(150, LONG_AGO), Member(20, LONG_AGO)], 150),
        ([Member(40, LONG_AGO), Member(40, LONG_AGO), Member(41, LONG_AGO)], 84),
    ],
)
def test_an_establishment_has_its_largest_member_s_or_seven_tenths_of_all(members: list[Member], people: int) -> None:
    """D38."""
    assert establishment_people(members, at=NOW) == people


def test_an_account_adds_nothing_to_its_establishment_for_28_days() -> None:
    """D38: a thief who opens accounts must not widen the budget that holds them together."""
    old = [Member(75, LONG_AGO)] * 2

    assert establishment_people([*old, Member(75, NOW - SEASONED + 1)], at=NOW) == 105
    assert establishment_people([*old, Member(75, NOW - SEASONED)], at=NOW) == 157


@pytest.mark.parametrize(("misses", "price"), [(0, PERSON), (4, PERSON), (5, MISS), (6, MISS)])
def test_the_sixth_miss_of_a_day_is_dear(misses: int, price: int) -> None:
    assert miss_price(misses=misses, cheap=5) == price


@pytest.mark.parametrize(("tenths", "people"), [(-1, 0), (0, 0), (9, 0), (10, 1), (29, 2)])
def test_a_rest_below_a_person_pays_for_none(tenths: int, people: int) -> None:
    assert whole_people(tenths) == people
