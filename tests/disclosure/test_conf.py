from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from hardening.conf import ConfigurationError
from hardening.disclosure.actor import Actor
from hardening.disclosure.budgets import limits_for, people_of
from hardening.disclosure.conf import DisclosureSettings
from hardening.disclosure.limits import Baseline, Ceilings, Member
from hardening.requirements import Level
from tests.disclosure.cast import NOON

BENALI = Actor(account="a", practitioner="p", establishment="e", profession="optician")


@pytest.mark.parametrize(
    ("profession", "cap", "start"),
    [
        ("optician", 150, 75),
        ("audiologist", 150, 75),
        ("dentist", 60, 40),
        ("pharmacy", 400, 250),
        ("hospital_desk", 600, 400),
        ("opticain", 20, 20),
    ],
)
def test_each_profession_has_its_cap_and_a_misspelt_one_the_least(profession: str, cap: int, start: int) -> None:
    settings = DisclosureSettings()
    beginner = Actor(account="a", practitioner="p", establishment="e", profession=profession)
    busy = Actor(account="a", practitioner="p", establishment="e", profession=profession, baseline=Baseline(1000))

    assert people_of(beginner, settings=settings) == start
    assert people_of(busy, settings=settings) == cap


def test_professions_in_the_settings_replace_the_default(settings: Settings) -> None:
    settings.HARDENING_DISCLOSURE = {"professions": {"midwife": {"cap": 30, "start": 25}}}

    assert DisclosureSettings.load().profession("midwife").cap == 30
    assert DisclosureSettings.load().profession("optician").cap == 20


def test_no_purpose_asks_for_less_than_two_steps(settings: Settings) -> None:
    """I6."""
    settings.HARDENING_DISCLOSURE = {"purposes": {"rights_check": {"max_age": timedelta(hours=1)}}}

    requirement = DisclosureSettings.load().purpose("rights_check").requirement

    assert (requirement.level, requirement.phishing_resistant) == (Level.AAL2, False)
    assert requirement.max_age == timedelta(hours=1)


def test_the_limits_of_a_question_come_from_all_three_scopes() -> None:
    limits = limits_for(
        BENALI,
        settings=DisclosureSettings(portal_people_a_day=1000),
        members=(Member(75, 0), Member(75, 0)),
        has_fresh_passkey=True,
        at=NOON,
    )

    assert (limits.people, limits.newcomers, limits.cheap_misses) == (75, 60, 5)
    assert limits.practitioner == Ceilings(burst=70, hour=380, day=750)
    assert limits.establishment.day == 1050
    assert limits.portal.day == 10_000
    assert limits.passes_establishment


@pytest.mark.parametrize("missing", ["account", "practitioner", "establishment"])
def test_an_actor_without_an_id_would_share_a_budget_with_all_who_have_none(missing: str) -> None:
    with pytest.raises(ValueError, match="needs an account"):
        Actor(**(vars(BENALI) | {missing: ""}))


def test_no_actor_no_disclosure(settings: Settings) -> None:
    """I6."""
    settings.HARDENING_DISCLOSURE = {"purposes": {"rights_check": {}}}

    with pytest.raises(ConfigurationError, match="nobody can be disclosed"):
        DisclosureSettings.load().actor_of(None)  # type: ignore[arg-type]  # never read
