from datetime import datetime, timedelta

import pytest

from hardening import Actor
from hardening.disclosure.accounts import Standing, standing_of
from hardening.disclosure.freezing import freeze
from hardening.disclosure.limits import Member
from hardening.disclosure.models import AccountState
from hardening.disclosure.moments import as_micros
from hardening.testing.statements import counted_statements
from tests.disclosure.cast import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


def meet(
    practitioner: str, *, at: datetime = NOON, account: str = "", place: str = "lyon", people: int = 75
) -> Standing:
    actor = Actor(
        account=account or practitioner, practitioner=practitioner, establishment=place, profession="optician"
    )
    return standing_of(actor, people=people, allowance=None, at=at)


def test_colleagues_of_one_place_are_members_since_they_were_first_seen() -> None:
    meet("benali")
    meet("martin", at=NOON + HOUR, people=40)
    meet("pharmacy", place="nantes")

    standing = meet("benali", at=NOON + 2 * HOUR)

    assert set(standing.members) == {Member(75, as_micros(NOON)), Member(40, as_micros(NOON + HOUR))}


def test_a_practitioner_with_delegates_is_one_member() -> None:
    """D31, D38."""
    meet("benali")
    meet("benali", account="delegate", at=NOON + DAY)

    assert meet("benali", at=NOON + DAY).members == (Member(75, as_micros(NOON)),)


@pytest.mark.parametrize(("days", "members"), [(27, 2), (28, 1)])
def test_whoever_has_looked_nobody_up_for_28_days_has_left(days: int, members: int) -> None:
    """Accounts of people who have left must not widen the budget of those who stay."""
    meet("martin")

    assert len(meet("benali", at=NOON + timedelta(days=days)).members) == members


def test_a_frozen_colleague_adds_nothing() -> None:
    meet("martin")
    freeze("martin", by="sophie", reason="phished")

    assert len(meet("benali").members) == 1
    assert meet("martin").is_frozen


def test_who_moves_is_a_member_where_he_is() -> None:
    meet("martin")
    meet("martin", place="nantes")

    assert len(meet("benali").members) == 1
    assert AccountState.objects.get(account="martin").seen_since == NOON


def test_an_account_is_written_down_on_the_first_look_up_of_a_day_only() -> None:
    counts = []
    for at in (NOON, NOON + HOUR, NOON + DAY):
        with counted_statements() as statements:
            meet("benali", at=at)
        counts.append(len(statements))

    assert counts == [2, 1, 2]
