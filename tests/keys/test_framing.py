import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.keys.framing import framed

PARTS = st.lists(st.binary(max_size=6), max_size=4).map(tuple)


@given(PARTS, PARTS)
def test_r14_different_parts_never_make_the_same_bytes(first: tuple[bytes, ...], second: tuple[bytes, ...]) -> None:
    assert (framed(*first) == framed(*second)) == (first == second)


def test_text_is_framed_by_its_bytes() -> None:
    assert framed("é", b"") == b"\x00\x02\xc3\xa9\x00\x00"


def test_a_part_too_long_for_its_length_is_refused() -> None:
    with pytest.raises(OverflowError):
        framed(bytes(0x10000))
