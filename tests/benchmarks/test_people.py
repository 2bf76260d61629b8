import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.encryption.people import CAPACITY, key_of, nir_of
from hardening.encryption.nir import parse_nir

numbers = st.integers(0, CAPACITY - 1)


@given(numbers)
def test_every_made_up_number_is_valid_and_in_normal_form(number: int) -> None:
    assert parse_nir(nir_of(number)) == nir_of(number)


@given(numbers)
def test_nobody_was_born_where_these_people_were(number: int) -> None:
    assert nir_of(number)[7:10] == "999"


@given(numbers, numbers)
def test_no_two_people_share_a_number_or_a_key(one: int, other: int) -> None:
    assert (nir_of(one) == nir_of(other)) == (one == other)
    assert (key_of(one) == key_of(other)) == (one == other)


def test_a_hundred_thousand_people_are_distinct() -> None:
    assert len({nir_of(number) for number in range(100_000)}) == 100_000


def test_more_people_than_there_are_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="made-up"):
        nir_of(CAPACITY)
