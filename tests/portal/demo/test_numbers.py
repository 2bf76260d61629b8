"""Numbers that are valid and nobody's."""

from datetime import date
from random import Random  # noqa: TID251 - the demonstration's own, seeded

import pytest

from hardening.encryption.nir import parse_nir
from portal.demo.numbers import COMMUNES, COUNTRIES, OVERSEAS_COMMUNES, Birth, Register, place_of_birth

FULLEST_DEPARTMENT = 909
"""The highest commune code in use, in Pas-de-Calais."""


def chance() -> Random:
    return Random(1)  # noqa: S311 - nothing secret


def birth(*, is_male: bool = True) -> Birth:
    return Birth(is_male=is_male, on=date(1984, 3, 9), place="69955")


def test_every_number_is_valid_and_given_once() -> None:
    register = Register(chance())

    numbers = [register.number(birth()) for _ in range(500)]

    assert len(set(numbers)) == 500
    assert all(parse_nir(number) == number for number in numbers)


def test_no_two_numbers_differ_in_the_sex_digit_alone() -> None:
    register = Register(chance())

    numbers = [register.number(birth(is_male=index % 2 == 0)) for index in range(500)]

    assert len({number[1:13] for number in numbers}) == 500


def test_a_reserved_number_is_given_to_neither_sex() -> None:
    first = Register(chance()).number(birth())
    register = Register(chance())
    register.reserve(first)

    assert all(register.number(birth(is_male=False))[1:13] != first[1:13] for _ in range(998))


def test_a_full_month_and_place_says_so() -> None:
    register = Register(chance())
    register.taken = {f"8403{place}{order:03}" for place in ("69955",) for order in range(1, 1000)}

    with pytest.raises(RuntimeError, match="every order number"):
        [register.number(birth()) for _ in range(50)]


def test_no_place_of_birth_exists() -> None:
    draws = chance()
    places = {place_of_birth(draws, year=1990) for _ in range(5_000)}

    assert all(int(place[2:]) in COMMUNES for place in places if place[:2] not in {"97", "98", "99"})
    assert all(int(place[3:]) in OVERSEAS_COMMUNES for place in places if place[:2] in {"97", "98"})
    assert all(int(place[2:]) in COUNTRIES for place in places if place[:2] == "99")
    assert min(COMMUNES) > FULLEST_DEPARTMENT


def test_corsica_is_one_department_until_1975_and_two_after() -> None:
    draws = chance()
    before = {place_of_birth(draws, year=1975)[:2] for _ in range(2_000)}
    after = {place_of_birth(draws, year=1976)[:2] for _ in range(2_000)}

    assert "20" in before
    assert {"2A", "2B"} <= after
    assert not {"2A", "2B"} & before
    assert "20" not in after
