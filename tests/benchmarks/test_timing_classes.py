import pytest

from benchmarks.timing_classes import overlap


def test_the_same_times_overlap_whole() -> None:
    assert overlap([1.0, 2.0, 3.0], [3.0, 1.0, 2.0]) == 1


def test_times_that_one_threshold_parts_do_not_overlap() -> None:
    assert overlap([1.0, 2.0], [3.0, 4.0]) == 0


def test_half_of_them_apart_is_half() -> None:
    assert overlap([1.0, 1.0], [1.0, 9.0]) == 0.5


def test_nothing_has_no_distribution() -> None:
    with pytest.raises(ValueError, match="nothing"):
        overlap([], [1.0])
