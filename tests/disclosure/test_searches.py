from uuid import UUID

import pytest

from hardening.disclosure.searches import Searches

A, B, C = (UUID(int=place) for place in range(3))


def test_each_number_is_a_question_once() -> None:
    searches = Searches()

    assert [searches.unpaid(field="nir", indexes=asked) for asked in ([A], [A], [A, B], [C, C])] == [1, 0, 1, 1]


def test_the_same_value_of_another_field_is_another_question() -> None:
    searches = Searches()

    assert [searches.unpaid(field=field, indexes=[A]) for field in ("nir", "member_number")] == [1, 1]


def test_a_match_is_paid_as_one_number_however_many_fields_name_it() -> None:
    searches = Searches()
    with searches.matching():
        assert searches.unpaid(field="nir", indexes=[A]) == 0
        assert searches.unpaid(field="name", indexes=[B]) == 0


@pytest.mark.parametrize("field", ["nir", "name"])
def test_a_match_that_asks_for_more_numbers_pays_for_the_rest(field: str) -> None:
    searches = Searches()
    with searches.matching():
        assert searches.unpaid(field="nir", indexes=[A]) == 0
        assert searches.unpaid(field=field, indexes=[B, C]) == (2 if field == "nir" else 1)
        assert searches.unpaid(field=field, indexes=[B, C]) == 0


def test_after_a_match_every_new_number_is_paid_again() -> None:
    searches = Searches()
    with searches.matching():
        searches.unpaid(field="nir", indexes=[A])

    assert [searches.unpaid(field="nir", indexes=[asked]) for asked in (A, B)] == [0, 1]
