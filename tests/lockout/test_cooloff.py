from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.lockout.cooloff import Rule, counted, is_flagged, locked_until, rest_after

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RULE = Rule(limit=5, window=DAY, first=MINUTE, longest=15 * MINUTE, review_at=10)

MOMENTS = st.lists(st.integers(0, 3 * 86_400).map(lambda seconds: NOON + seconds * SECOND), max_size=14)


def failures(number: int, *, last: datetime = NOON, apart: timedelta = SECOND) -> list[datetime]:
    return [last - apart * (number - 1 - position) for position in range(number)]


def test_four_failures_cost_nothing() -> None:
    assert locked_until(failures(4), rule=RULE, at=NOON) is None


@pytest.mark.parametrize(
    ("number", "minutes"), [(5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (11, 15), (10**9, 15)]
)
def test_from_the_fifth_failure_the_rest_doubles_up_to_a_quarter_of_an_hour(number: int, minutes: int) -> None:
    assert rest_after(number, rule=RULE) == minutes * MINUTE


def test_the_promised_moment_is_the_first_that_is_accepted() -> None:
    until = locked_until(failures(5), rule=RULE, at=NOON)

    assert until == NOON + MINUTE
    assert locked_until(failures(5), rule=RULE, at=until - SECOND) == until
    assert locked_until(failures(5), rule=RULE, at=until) is None


def test_a_failure_a_day_old_no_longer_counts() -> None:
    assert counted([NOON - DAY, *failures(4)], rule=RULE) == 4
    assert counted([NOON - DAY + SECOND, *failures(4)], rule=RULE) == 5


def test_ten_failures_in_a_day_ask_for_a_person_and_block_nobody() -> None:
    """D32: the flag is for review; the bucket opens after its quarter of an hour like any other."""
    spread = failures(10, apart=2 * HOUR)

    assert is_flagged(spread, rule=RULE) is True
    assert is_flagged(spread[1:], rule=RULE) is False
    assert locked_until(spread, rule=RULE, at=NOON + 15 * MINUTE) is None


def test_a_rule_without_review_never_flags() -> None:
    assert is_flagged(failures(11), rule=replace(RULE, review_at=0)) is False


def test_a_clock_set_back_neither_opens_nor_closes_for_long() -> None:
    """R18: one attempt passes on the new time, and closes the bucket again."""
    set_back = NOON - 10 * MINUTE
    recorded = failures(9)

    assert locked_until(recorded, rule=RULE, at=set_back) is None
    assert locked_until([*recorded, set_back], rule=RULE, at=set_back) == set_back + 15 * MINUTE


def test_a_single_failure_before_the_clock_was_set_back_closes_nothing() -> None:
    assert locked_until(failures(1), rule=RULE, at=NOON - 10 * MINUTE) is None


def test_a_clock_set_forward_by_a_day_starts_over() -> None:
    """R18."""
    later = NOON + 25 * HOUR

    assert locked_until([*failures(10), later], rule=RULE, at=later) is None


def test_a_bucket_remembers_enough_for_its_longest_rest_and_its_review() -> None:
    """P12: a right password pushes the oldest failure out and gives its own slot back; nothing is gained by it."""
    full = failures(RULE.kept)
    after_a_right_one = full[1:]

    assert rest_after(len(after_a_right_one), rule=RULE) == RULE.longest
    assert is_flagged(after_a_right_one, rule=RULE) is True


@given(MOMENTS, st.integers(0, 4 * 86_400))
def test_nothing_recorded_closes_a_bucket_for_more_than_a_quarter_of_an_hour(
    recorded: list[datetime], seconds: int
) -> None:
    """P9, R7: whatever came before, in whatever order."""
    at = NOON + seconds * SECOND
    until = locked_until(recorded, rule=RULE, at=at)

    assert until is None or at < until <= at + 15 * MINUTE


@given(MOMENTS.map(sorted), st.integers(1, 10), st.integers(1, 10))
def test_a_lower_limit_never_opens_earlier(recorded: list[datetime], one: int, other: int) -> None:
    """R15: the limit is an argument, so that a stricter one binds at once."""
    at = recorded[-1] if recorded else NOON
    strict = locked_until(recorded, rule=replace(RULE, limit=min(one, other)), at=at) or at
    mild = locked_until(recorded, rule=replace(RULE, limit=max(one, other)), at=at) or at

    assert strict >= mild
