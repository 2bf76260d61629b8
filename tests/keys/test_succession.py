"""Which index keys are in force, step by step."""

import itertools
from typing import NamedTuple

import pytest

from hardening.keys.succession import Succession, in_force, is_told_apart, succession


class Told(NamedTuple):
    """A key as far as succession is concerned."""

    id: int
    state: str
    keyset: str = "index"


OTHERS = (Told(1, "primary", "encryption"), Told(3, "retired"), Told(5, "active"))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("primary", "active", Succession(writing=(2,), looking=(2,), is_last_compared=False)),
        ("primary", "successor", Succession(writing=(2, 7), looking=(2, 7), is_last_compared=False)),
        ("primary", "covering", Succession(writing=(2, 7), looking=(2, 7), is_last_compared=True)),
        ("predecessor", "primary", Succession(writing=(7,), looking=(7, 2), is_last_compared=True)),
        ("retired", "primary", Succession(writing=(7,), looking=(7,), is_last_compared=False)),
    ],
)
def test_each_step_says_what_is_written_looked_up_and_compared(first: str, second: str, expected: Succession) -> None:
    assert succession((*OTHERS, Told(2, first), Told(7, second))) == expected


def test_c22_a_process_one_step_behind_finds_what_one_ahead_has_written() -> None:
    steps = [("primary", "active"), ("primary", "successor"), ("primary", "covering"), ("predecessor", "primary")]
    told = [succession((Told(2, first), Told(7, second))) for first, second in steps]

    for behind, ahead in itertools.pairwise(told):
        assert behind.looking[0] in ahead.writing or set(behind.looking) & set(ahead.writing)
        assert ahead.looking[0] in behind.writing or set(ahead.looking) & set(behind.writing)


def test_without_a_primary_index_key_there_is_no_answer() -> None:
    with pytest.raises(ValueError, match="no primary index key"):
        succession(OTHERS)


def test_values_may_bear_the_primary_key_and_the_one_key_between() -> None:
    assert in_force((*OTHERS, Told(2, "predecessor"), Told(7, "primary"))) == (2, 7)


def test_two_keys_are_told_apart_by_the_last_bit_of_their_ids() -> None:
    assert is_told_apart(2, 7)
    assert not is_told_apart(2, 6)
