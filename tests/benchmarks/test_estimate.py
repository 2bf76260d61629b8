import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scale.estimate import DiskTooSmallError, Estimate, estimate, require_room

GIB = 1 << 30
SMALL = Estimate(disk_bytes=9 * GIB, seconds=60)


def test_a_country_needs_tens_of_gibibytes_and_says_so() -> None:
    assert str(estimate(33_000_000)) == "about 43.3 GiB of disk and 72 minutes on two idle cores"


def test_a_run_passes_that_leaves_a_tenth_of_the_free_disk() -> None:
    require_room(SMALL, free_bytes=10 * GIB)


def test_a_run_is_refused_before_it_fills_the_disk_and_told_what_is_missing() -> None:
    with pytest.raises(DiskTooSmallError, match=r"5\.0 GiB are free: 4\.5 GiB are missing"):
        require_room(SMALL, free_bytes=5 * GIB)


def test_the_last_byte_counts() -> None:
    with pytest.raises(DiskTooSmallError):
        require_room(SMALL, free_bytes=10 * GIB - 2)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_more_rows_never_need_less(rows: int, more: int) -> None:
    assert estimate(rows + more).disk_bytes > estimate(rows).disk_bytes


def test_a_run_of_no_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        estimate(0)
