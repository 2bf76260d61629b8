import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.subjects import key_id_of, subject_id

BORN = date(1984, 2, 29)
NIR = "184024958815726"

people = st.tuples(
    st.text("0123456789AB", min_size=13, max_size=15), st.dates(), st.integers(min_value=0, max_value=99)
)


def mac(message: bytes) -> bytes:
    return hmac.digest(b"k" * 32, message, hashlib.sha256)


def test_the_same_person_has_one_pseudonym_whoever_asks() -> None:
    first = subject_id(mac, key_id=7, nir=NIR, birth_date=BORN, birth_rank=1)

    assert first == subject_id(mac, key_id=7, nir=NIR, birth_date=BORN, birth_rank=1)
    assert str(first) == "00076a65-6f32-2521-e101-363884d68f1b"


def test_the_pseudonym_says_which_key_made_it() -> None:
    assert key_id_of(subject_id(mac, key_id=513, nir=NIR, birth_date=BORN, birth_rank=1)) == 513


@given(one=people, other=people)
def test_two_people_never_share_a_pseudonym(one: tuple[str, date, int], other: tuple[str, date, int]) -> None:
    made = [subject_id(mac, key_id=1, nir=nir, birth_date=born, birth_rank=rank) for nir, born, rank in (one, other)]

    assert (made[0] == made[1]) is (one == other)


def test_a_twin_and_a_dependant_on_the_same_number_are_other_people() -> None:
    holder = subject_id(mac, key_id=1, nir=NIR, birth_date=BORN, birth_rank=1)

    assert holder != subject_id(mac, key_id=1, nir=NIR, birth_date=BORN, birth_rank=2)
    assert holder != subject_id(mac, key_id=1, nir=NIR, birth_date=date(2015, 5, 1), birth_rank=1)


@pytest.mark.parametrize("rank", [-1, 100])
def test_a_birth_rank_that_no_card_can_hold_is_refused(rank: int) -> None:
    with pytest.raises(ValueError, match="two digits"):
        subject_id(mac, key_id=1, nir=NIR, birth_date=BORN, birth_rank=rank)


@pytest.mark.parametrize("rank", [0, 99])
def test_every_birth_rank_of_a_card_is_accepted(rank: int) -> None:
    assert subject_id(mac, key_id=1, nir=NIR, birth_date=BORN, birth_rank=rank)
