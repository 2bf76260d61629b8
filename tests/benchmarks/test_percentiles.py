import pytest

from benchmarks.percentiles import percentile

HUNDRED = [float(number) for number in range(100, 0, -1)]


def test_a_percentile_is_a_time_that_was_measured() -> None:
    assert percentile([1.0, 9.0], percent=50) == 1.0
    assert percentile([1.0, 9.0], percent=51) == 9.0


@pytest.mark.parametrize(("percent", "expected"), [(1, 1.0), (50, 50.0), (99, 99.0), (99.5, 100.0), (100, 100.0)])
def test_of_a_hundred_samples_the_percentile_is_the_sample_of_that_rank(percent: float, expected: float) -> None:
    assert percentile(HUNDRED, percent=percent) == expected


def test_of_few_samples_a_high_percentile_is_the_slowest() -> None:
    assert percentile([3.0, 1.0, 2.0], percent=99) == 3.0


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], percent=50)


@pytest.mark.parametrize("percent", [0, -1, 100.1])
def test_a_percentage_outside_its_range_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="at most 100"):
        percentile([1.0], percent=percent)
