"""The kernel alone: what the contract of the stores does not reach."""

from dataclasses import replace

from hardening.disclosure.answers import Outcome
from hardening.disclosure.books import Books
from hardening.disclosure.decision import decide
from hardening.disclosure.moments import as_micros
from hardening.disclosure.settlement import Result
from hardening.disclosure.tallies import Tally
from hardening.disclosure.windows import DAY, MINUTE
from tests.disclosure.cast import NOON, limits

NOW = as_micros(NOON)
EMPTY = Books(Tally(), Tally(), Tally())


def test_r16_a_refusal_gives_the_books_back_as_they_were_with_one_denial_more() -> None:
    used = decide(EMPTY, limits=limits(1), at=NOW).books

    refused = decide(used, limits=limits(1), at=NOW + MINUTE)

    assert refused.hold is None
    assert refused.books == replace(used, practitioner=replace(used.practitioner, denials=1))


def test_who_was_last_shown_exactly_a_day_ago_has_left_the_sets() -> None:
    books = replace(EMPTY, people=(NOW - DAY, NOW - DAY + 1), newcomers=(NOW - DAY, NOW - DAY + 1))

    now = books.advanced(to=NOW, limits=limits())

    assert (now.people, now.newcomers) == ((NOW - DAY + 1,), (NOW - DAY + 1,))


def test_r21_no_result_costs_more_than_was_reserved() -> None:
    assert Result(Outcome.SHOWN).cost(reserved=5) == 5
    assert [Result(outcome).cost(reserved=30) for outcome in Outcome] == [10, 30, 0]
    assert Result(Outcome.SHOWN, is_repeat=True).cost(reserved=30) == 1
