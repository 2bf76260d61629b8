from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from hardening import Actor, clock
from hardening.disclosure.disclose import disclose
from hardening.disclosure.usage import Usage, usage_of
from hardening.testing.statements import counted_statements
from tests.disclosure.cast import HOUR, NOON
from tests.disclosure.conftest import AskedBy
from tests.disclosure.people.cast import ODILE, insure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("serving", "noon", "gate")]

BENALI = Actor(account="benali", practitioner="benali", establishment="lyon", profession="optician")


def show_odile(asked_by: AskedBy) -> None:
    with disclose(asked_by(), purpose="rights_check", fields=("nir",)) as disclosure:
        disclosure.open(insure(ODILE))


def test_a_day_nobody_has_begun_is_whole() -> None:
    assert usage_of(BENALI) == Usage(limit=75, used=0, remaining=75, resets_at=None)


def test_the_meter_counts_people_and_says_when_the_first_comes_back(asked_by: AskedBy) -> None:
    show_odile(asked_by)

    assert usage_of(BENALI) == Usage(limit=75, used=1, remaining=74, resets_at=NOON + 25 * HOUR)


def test_it_costs_one_statement_and_charges_nothing(asked_by: AskedBy) -> None:
    show_odile(asked_by)
    with counted_statements() as statements:
        before, after = usage_of(BENALI), usage_of(BENALI)

    assert before == after
    assert len(statements) == 2


@pytest.mark.parametrize(("later", "remaining"), [(timedelta(hours=24), 74), (timedelta(hours=25), 75)])
def test_yesterday_s_people_leave_it(asked_by: AskedBy, later: timedelta, remaining: int) -> None:
    show_odile(asked_by)
    moment: datetime = NOON + later
    with clock.frozen(moment):
        assert usage_of(BENALI).remaining == remaining


def test_a_lowered_limit_shows_at_once(asked_by: AskedBy, gate: Settings) -> None:
    show_odile(asked_by)
    gate.HARDENING_DISCLOSURE |= {"professions": {}}

    assert usage_of(BENALI).remaining == 19
