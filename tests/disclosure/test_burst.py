from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from hardening.disclosure import burst
from hardening.disclosure.burst import PERIOD
from hardening.disclosure.windows import NEVER

steps = st.lists(st.integers(0, PERIOD), min_size=1, max_size=30)


@given(steps, st.integers(1, 80), st.integers(1, 30))
def test_no_stretch_of_time_lets_through_more_than_a_full_level_and_what_leaks(
    waits: list[int], capacity: int, amount: int
) -> None:
    level, since, let_through = 0, 0, []
    for at in accumulate(waits):
        level, since = burst.drained(level, elapsed=at - since, capacity=capacity), at
        if burst.room_at(level, amount, capacity=capacity, at=at) == at:
            level = burst.filled(level, amount, capacity=capacity)
            let_through.append(at)

    for first in let_through:
        for last in let_through:
            between = sum(amount for at in let_through if first <= at <= last)
            assert last < first or between * PERIOD <= capacity * (PERIOD + last - first)


@given(st.integers(0, 10**10), st.integers(1, 80), st.integers(1, 90))
def test_room_is_promised_to_the_microsecond(level: int, capacity: int, amount: int) -> None:
    room = burst.room_at(level, amount, capacity=capacity, at=0)

    if amount > capacity:
        assert level + (amount - capacity) * PERIOD <= 0 or room == NEVER
    else:
        assert (
            burst.room_at(burst.drained(level, elapsed=room, capacity=capacity), amount, capacity=capacity, at=0) == 0
        )
        before = burst.drained(level, elapsed=room - 1, capacity=capacity)
        assert room == 0 or burst.room_at(before, amount, capacity=capacity, at=0) > 0


@given(st.lists(st.tuples(st.integers(0, PERIOD), st.integers(0, 30), st.integers(0, 30)), max_size=20))
def test_r21_refunds_never_leave_the_level_below_what_was_really_used(charges: list[tuple[int, int, int]]) -> None:
    """Each charge pours in its use and an excess, and gives the excess back at the next step."""
    capacity, level, used_alone, refund = 20, 0, 0, None
    for wait, use, excess in charges:
        level = burst.drained(level, elapsed=wait, capacity=capacity)
        used_alone = burst.drained(used_alone, elapsed=wait, capacity=capacity)
        if refund is not None:
            level = burst.taken_back(level, refund, elapsed=wait, capacity=capacity)
        assert level >= used_alone
        level = burst.filled(level, use + excess, capacity=capacity)
        used_alone = burst.filled(used_alone, use, capacity=capacity)
        refund = excess


def test_r15_the_level_holds_no_limit_so_lowering_it_frees_nothing() -> None:
    level = burst.filled(0, 20, capacity=20)

    assert burst.room_at(level, 1, capacity=20, at=0) > 0
    assert burst.room_at(level, 1, capacity=19, at=0) > burst.room_at(level, 1, capacity=20, at=0)


def test_without_a_capacity_nothing_is_held_back() -> None:
    assert burst.room_at(10**12, 10**6, capacity=None, at=5) == 5
    assert burst.filled(3, 3, capacity=None) == 0
    assert burst.drained(10**12, elapsed=0, capacity=None) == 0
    assert burst.taken_back(10**12, 3, elapsed=0, capacity=None) == 0
