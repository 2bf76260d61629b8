from typing import Any

import pytest

from hardening.integrations.pro_sante_connect.practices import (
    MOST,
    SESSION_KEY,
    Practice,
    chosen_practice,
    practice_from,
    practices_in,
)
from tests.integrations.pro_sante_connect.issuer import LYON, NANTES


def reference(*activities: Any, profession: Any = "28") -> dict[str, Any]:
    return {"exercices": [{"codeProfession": profession, "activities": list(activities)}]}


def test_each_place_is_named_once_with_what_the_issuer_says_of_it() -> None:
    lyon, nantes = practices_in(reference(LYON, NANTES, LYON))

    assert lyon == Practice(profession="28", structure="R1", name="Optique de Lyon", finess="990000010")
    assert (nantes.key, nantes.name) == ("28:990123457", "Optique de Nantes")


def test_one_place_in_two_professions_is_two_practices() -> None:
    exercises = [reference(LYON, profession=code)["exercices"][0] for code in ("28", "60")]

    assert [one.key for one in practices_in({"exercices": exercises})] == ["28:R1", "60:R1"]


def test_a_place_without_any_number_is_none() -> None:
    assert practices_in(reference({"raisonSocialeSite": "Optique"}, {"numeroSiretSite": " "})) == ()
    assert [one.structure for one in practices_in(reference({"numeroSiretSite": "73282932000074"}))] == [
        "73282932000074"
    ]


@pytest.mark.parametrize("said", [None, "text", [], {"exercices": "text"}, {"exercices": ["text"]}, reference("text")])
def test_what_is_not_shaped_like_it_names_nothing(said: object) -> None:
    assert practices_in(said) == ()


def test_texts_and_lists_without_end_are_cut() -> None:
    many = [{"numeroFinessSite": str(number), "raisonSocialeSite": "x" * 500} for number in range(MOST + 1)]

    found = practices_in(reference(*many))
    assert len(found) == MOST
    assert {len(one.name) for one in found} == {120}


def test_a_practice_comes_back_out_of_a_session_whole_or_not_at_all() -> None:
    practice = Practice(profession="28", structure="R1", name="Optique de Lyon")

    assert chosen_practice({SESSION_KEY: practice.as_json()}) == practice
    assert chosen_practice({}) is None
    for kept in ("text", {"profession": "28"}, {**practice.as_json(), "name": 7}, {**practice.as_json(), "more": ""}):
        assert practice_from(kept) is None
