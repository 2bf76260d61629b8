from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.encryption.broker.budgets import ALL, Books, Caps, Due, Spent
from hardening.encryption.broker.rates import Rate

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = 10**9
SMALL = Caps(per_actor=3, in_all=5, window=DAY)


def due(person: str, *, actor: str = "benali", price: int = 1, is_named: bool = True, finds: str = "") -> Due:
    answers = (finds.encode(),) if finds else ()
    return Due(actor=actor, is_named=is_named, entry=person.encode(), price=price, answers=answers)


def opens(books: Books, person: str, *, at: datetime = NOON, **named: Any) -> int:
    """Charge, and return how many lines that wrote."""
    charges = books.due(due(person, **named), at=at)
    for charge in charges:
        books.enter(charge)
    return len(charges)


def test_the_fourth_person_of_an_actor_is_refused_until_the_first_one_leaves_the_window() -> None:
    books = Books(SMALL)
    for hour, person in enumerate("abc"):
        opens(books, person, at=NOON + hour * HOUR)

    with pytest.raises(Spent) as refusal:
        opens(books, "d", at=NOON + 5 * HOUR)

    assert refusal.value.resets_at == NOON + DAY
    assert opens(books, "d", at=refusal.value.resets_at) == 2


def test_a_person_counts_until_the_last_moment_of_the_window() -> None:
    books = Books(SMALL)
    for person in "abc":
        opens(books, person)

    with pytest.raises(Spent):
        opens(books, "d", at=NOON + DAY - timedelta(microseconds=1))


def test_a_repeat_is_free_also_when_nothing_is_left() -> None:
    books = Books(SMALL)
    for person in "abc":
        opens(books, person)

    assert opens(books, "a", at=NOON + HOUR) == 0


def test_two_actors_who_open_one_person_count_it_once_in_all() -> None:
    books = Books(SMALL)
    opens(books, "a", actor="benali")
    opens(books, "a", actor="martin")

    assert (books.spent(ALL), books.spent("benali"), books.spent("martin")) == (1, 1, 1)


def test_many_names_do_not_pass_the_cap_of_all() -> None:
    books = Books(SMALL)
    for number in range(5):
        opens(books, f"{number}", actor=f"actor {number}")

    with pytest.raises(Spent):
        opens(books, "5", actor="one more")


def test_what_nobody_is_named_for_counts_in_all_alone() -> None:
    books = Books(SMALL)
    for number in range(5):
        opens(books, f"{number}", actor="web", is_named=False)

    assert (books.spent(ALL), books.spent("web")) == (5, 0)
    with pytest.raises(Spent):
        opens(books, "5", actor="web", is_named=False)


def test_a_miss_costs_three_and_is_refused_where_two_are_left() -> None:
    books = Books(SMALL)
    opens(books, "a")

    with pytest.raises(Spent) as refusal:
        opens(books, "a question", price=3, at=NOON + HOUR)

    assert refusal.value.resets_at == NOON + DAY


def test_the_moment_of_a_dear_question_waits_for_as_many_charges_as_it_needs() -> None:
    books = Books(SMALL)
    for hour, person in enumerate("abc"):
        opens(books, person, at=NOON + hour * HOUR)

    with pytest.raises(Spent) as refusal:
        opens(books, "a question", price=3, at=NOON + 5 * HOUR)

    assert refusal.value.resets_at == NOON + DAY + 2 * HOUR


def test_books_made_of_their_lines_know_what_was_spent() -> None:
    books = Books(SMALL)
    lines = [line for person in "abc" for line in books.due(due(person), at=NOON)]
    again = Books(SMALL, lines)

    assert again.spent("benali") == 3
    with pytest.raises(Spent):
        opens(again, "d")


def test_a_line_that_is_entered_twice_counts_once() -> None:
    books = Books(SMALL)
    (line, _) = books.due(due("a", price=3), at=NOON)
    books.enter(line)
    books.enter(line)

    assert books.spent(ALL) == 3


def test_one_person_under_ever_new_names_does_not_fill_the_disk() -> None:
    books = Books(Caps(per_actor=1, in_all=1, window=DAY))
    for number in range(19):
        opens(books, "a", actor=f"actor {number}")

    with pytest.raises(Spent) as refusal:
        opens(books, "a", actor="one more")

    assert refusal.value.resets_at == NOON + DAY
    assert opens(books, "a", actor="one more", at=NOON + DAY) == 2


def test_a_price_beyond_the_cap_is_a_mistake_not_a_moment() -> None:
    books = Books(SMALL)
    opens(books, "a")

    with pytest.raises(ValueError, match="beyond the cap"):
        opens(books, "b", price=9)


def test_the_cap_is_said_in_one_line() -> None:
    assert f"{SMALL}" == "at most 3 people per actor and 5 in all per 24 h"


def test_a_question_that_found_somebody_costs_that_person_and_no_miss() -> None:
    books = Books(SMALL)
    opens(books, "question", price=3)

    assert opens(books, "a", finds="question", at=NOON + HOUR) == 4
    assert (books.spent(ALL), books.spent("benali")) == (1, 1)
    assert opens(books, "question", price=3, at=NOON + HOUR) == 0
    assert opens(books, "a", finds="question", at=NOON + HOUR) == 0


def test_a_question_about_a_person_shown_before_costs_nothing_in_the_end() -> None:
    books = Books(SMALL)
    opens(books, "a")
    opens(books, "question", price=3, is_named=False)
    opens(books, "a", finds="question")

    assert books.spent(ALL) == 1


def test_a_hit_fits_where_its_own_question_filled_the_book() -> None:
    books = Books(SMALL)
    opens(books, "question", price=3)

    with pytest.raises(Spent):
        opens(books, "b", at=NOON + HOUR)
    assert opens(books, "a", finds="question", at=NOON + HOUR) == 4


def test_a_settled_question_leaves_the_window_at_its_own_moment() -> None:
    books = Books(SMALL)
    opens(books, "question", price=3)
    opens(books, "a", finds="question", at=NOON + HOUR)

    with pytest.raises(Spent):
        opens(books, "question", price=3, at=NOON + DAY)
    assert opens(books, "question", price=3, at=NOON + DAY + HOUR) == 2


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.sampled_from([1, 3]), st.integers(0, 30))))
def test_no_order_of_requests_shows_more_than_the_caps_in_any_window(steps: list[tuple[int, int, int, int]]) -> None:
    books, at = Books(SMALL), NOON
    for person, actor, price, hours in steps:
        at += hours * HOUR / 4
        finds = f"{person}/3" if price == 1 else ""
        with suppress(Spent):
            opens(books, f"{person}/{price}", actor=f"{actor}", price=price, at=at, finds=finds)
        assert books.spent(ALL) == sum(charge.price for charge in books._books.get(ALL, {}).values()) <= 5
        assert books.spent(f"{actor}") <= 3


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), max_size=30))
def test_the_promised_moment_is_the_first_at_which_the_same_request_is_answered(steps: list[tuple[int, int]]) -> None:
    books, at = Books(SMALL), NOON
    for person, quarters in steps:
        at += quarters * HOUR / 4
        try:
            opens(books, f"{person}", at=at)
        except Spent as spent:
            resets_at = spent.resets_at
        else:
            continue
        with pytest.raises(Spent):
            books.due(due(f"{person}"), at=resets_at - timedelta(microseconds=1))
        assert books.due(due(f"{person}"), at=resets_at)
        at = resets_at


def test_a_minute_s_calls_may_come_at_once_and_then_one_by_one() -> None:
    rate = Rate(per_minute=60)
    for _ in range(60):
        rate.take(NOON, tick=7)

    with pytest.raises(Spent) as refusal:
        rate.take(NOON, tick=7)

    assert refusal.value.resets_at == NOON + timedelta(seconds=1)
    rate.take(refusal.value.resets_at, tick=7 + SECOND)
    with pytest.raises(Spent):
        rate.take(refusal.value.resets_at, tick=7 + SECOND)


def test_an_idle_hour_saves_up_no_more_than_a_minute() -> None:
    rate = Rate(per_minute=2)
    rate.take(NOON, tick=0)
    rate.take(NOON + HOUR, tick=3600 * SECOND)
    rate.take(NOON + HOUR, tick=3600 * SECOND)

    with pytest.raises(Spent):
        rate.take(NOON + HOUR, tick=3600 * SECOND)


@pytest.mark.parametrize("step", [-DAY, DAY])
def test_a_clock_that_is_set_neither_refuses_nor_gives_back_a_call(step: timedelta) -> None:
    rate = Rate(per_minute=2)
    rate.take(NOON, tick=0)
    rate.take(NOON + step, tick=0)

    with pytest.raises(Spent) as refusal:
        rate.take(NOON + step, tick=0)

    assert refusal.value.resets_at == NOON + step + timedelta(seconds=30)
    rate.take(refusal.value.resets_at, tick=30 * SECOND)


@given(st.integers(1, 60), st.integers(0, 60 * 10**9))
def test_the_promised_moment_of_a_rate_is_kept_to_the_microsecond(per_minute: int, wait: int) -> None:
    rate = Rate(per_minute=per_minute)
    for _ in range(per_minute):
        rate.take(NOON, tick=0)

    try:
        rate.take(NOON, tick=wait)
    except Spent as refusal:
        promised = (refusal.resets_at - NOON) // timedelta(microseconds=1) * 1000
        rate.take(refusal.resets_at, tick=wait + promised)
