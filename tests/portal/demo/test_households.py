"""The made-up town."""

from datetime import date

import pytest

from hardening.encryption.nir import parse_nir
from portal.coverage.models import Quality
from portal.demo.households import OWN_NUMBER_FROM, Household, Person, Town
from portal.demo.samples import HOUSEHOLDS, NOBODY, SAMPLES
from portal.lookups.birth_dates import age_on

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def town() -> list[Household]:
    return list(Town(TODAY).households(people=2_000, insurers=6))


@pytest.fixture(scope="module")
def people(town: list[Household]) -> list[Person]:
    return [person for household in town for person in household.people]


def test_it_has_exactly_as_many_people_as_asked_for(people: list[Person]) -> None:
    assert len(people) == 2_000


def test_it_is_the_same_town_every_time(town: list[Household]) -> None:
    assert list(Town(TODAY).households(people=2_000, insurers=6)) == town


def test_every_kind_of_person_is_met(town: list[Household], people: list[Person]) -> None:
    departments = {person.nir[5:7] for person in people}

    assert any(household.has_expired for household in town)
    assert any(person.birth_rank == 2 for person in people)
    assert {"2A", "2B", "20", "97", "98", "99"} <= departments
    assert {person.quality for person in people} == set(Quality)


def test_number_date_and_rank_together_name_one_person(people: list[Person]) -> None:
    assert len({(person.nir, person.birth_date, person.birth_rank) for person in people}) == 2_000


def test_children_carry_the_holders_number_until_they_have_their_own(town: list[Household]) -> None:
    for household in town:
        holder = household.people[0]
        for person in household.people[1:]:
            assert (person.nir == holder.nir) is person.carries_holder_number
            if person.carries_holder_number:
                assert age_on(TODAY, birth_date=person.birth_date) <= OWN_NUMBER_FROM


def test_nobody_is_born_in_the_future(people: list[Person]) -> None:
    assert all(person.birth_date <= TODAY for person in people)


def test_the_samples_are_valid_and_their_numbers_stay_theirs() -> None:
    sampled = {sample.person.nir for sample in SAMPLES}
    town = Town(TODAY, reserved=tuple(sampled)).households(people=2_000, insurers=6)

    assert all(parse_nir(number) == number for number in sampled)
    assert not sampled & {person.nir for household in town for person in household.people}
    assert NOBODY.nir not in {person.nir for household in HOUSEHOLDS for person in household.people}
