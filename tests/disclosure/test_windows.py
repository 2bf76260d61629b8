"""R17: no schedule, however it is laid around the edges of buckets, gets more than the limit into a trailing window."""

from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardening.disclosure.windows import DAILY, DAY, HOUR, HOURLY, MINUTE, NEVER, Window

NOON = 20_500 * DAY + 12 * HOUR
SPANS = [(HOURLY, HOUR), (DAILY, DAY)]

waits = st.lists(
    st.one_of(
        st.sampled_from([0, 1, 5 * MINUTE - 1, 5 * MINUTE, HOUR - 1, HOUR, HOUR + 1, DAY - 1, DAY, DAY + 1]),
        st.integers(0, 2 * DAY),
    ),
    max_size=40,
)


def admitted(window: Window, schedule: list[int], *, limit: int) -> list[int]:
    """Return the moments at which one tenth was let in, of those tried."""
    counts, since, moments = window.empty(), NOON, []
    for at in schedule:
        counts, since = window.advanced(counts, since=since, to=at), at
        if window.room_at(counts, 1, limit=limit, at=at) == at:
            counts = window.added(counts, 1, at=at)
            moments.append(at)
    return moments


@pytest.mark.parametrize(("window", "span"), SPANS)
@given(waits, st.integers(1, 4))
@example([0] * 3 + [HOUR - 1] + [1] + [0] * 3, 3)
@example([0] * 3 + [DAY - 1] + [1] + [0] * 3, 3)
def test_r17_no_trailing_window_holds_more_than_its_limit(
    window: Window, span: int, steps: list[int], limit: int
) -> None:
    moments = admitted(window, [NOON + passed for passed in accumulate(steps)], limit=limit)

    for last in moments:
        assert sum(last - span < moment <= last for moment in moments) <= limit


@pytest.mark.parametrize(("window", "span"), SPANS)
def test_what_was_charged_leaves_at_most_one_bucket_late(window: Window, span: int) -> None:
    counts = window.added(window.empty(), 1, at=NOON + 1)

    assert sum(window.advanced(counts, since=NOON + 1, to=NOON + span)) == 1
    assert sum(window.advanced(counts, since=NOON + 1, to=NOON + span + window.width)) == 0


@given(waits, st.integers(1, 4), st.integers(1, 3))
def test_room_is_promised_for_the_first_moment_that_has_it(steps: list[int], limit: int, amount: int) -> None:
    at = NOON + sum(steps)
    counts, since = HOURLY.empty(), NOON
    for moment in accumulate(steps, initial=NOON):
        counts, since = HOURLY.added(HOURLY.advanced(counts, since=since, to=moment), 1, at=moment), moment

    room = HOURLY.room_at(counts, amount, limit=limit, at=at)

    if amount > limit:
        assert room == NEVER
    else:
        assert sum(HOURLY.advanced(counts, since=at, to=room)) + amount <= limit
        assert room == at or sum(HOURLY.advanced(counts, since=at, to=room - 1)) + amount > limit


def test_no_limit_always_has_room_and_still_counts() -> None:
    counts = HOURLY.added(HOURLY.empty(), 7, at=NOON)

    assert HOURLY.room_at(counts, 99, limit=None, at=NOON) == NOON
    assert sum(counts) == 7


def test_what_has_left_the_window_is_not_given_back_from_somebody_elses_bucket() -> None:
    later = NOON + HOURLY.size * HOURLY.width
    counts = HOURLY.added(HOURLY.empty(), 5, at=later)

    assert HOURLY.taken_back(counts, 5, charged_at=NOON, latest=later) == counts


def test_the_oldest_charge_says_when_the_first_of_them_leaves() -> None:
    counts = DAILY.added(DAILY.added(DAILY.empty(), 1, at=NOON), 1, at=NOON + HOUR)

    assert DAILY.relief_at(counts, at=NOON + HOUR) == NOON + 25 * HOUR
    assert DAILY.relief_at(DAILY.empty(), at=NOON) is None
