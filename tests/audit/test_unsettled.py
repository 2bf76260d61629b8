from datetime import UTC, datetime, timedelta

import pytest

from hardening import clock
from hardening.audit.unsettled import unsettled_changes
from hardening.events import ChangeAbandoned, ChangeIntended, Event, PasswordChanged
from tests.audit.entries import write

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
INTENT = "11111111-aaaa-4bbb-8ccc-dddddddddddd"
INTENDED = ChangeIntended(at=NOON, account="claire", intent=INTENT, change=PasswordChanged.name)
CHANGED = PasswordChanged(at=NOON, account="claire", intent=INTENT, by="owner")
ABANDONED = ChangeAbandoned(at=NOON, account="claire", intent=INTENT, change=PasswordChanged.name)


def accounts_to_look_at(*, at: datetime) -> list[str]:
    with clock.frozen(at):
        return [entry.account for entry in unsettled_changes(at=at, within=timedelta(days=7))]


def test_an_intent_without_outcome_is_for_a_person_to_look_at() -> None:
    write(INTENDED)
    assert accounts_to_look_at(at=NOON + 10 * MINUTE) == ["claire"]


@pytest.mark.parametrize("outcome", [CHANGED, ABANDONED])
def test_a_change_that_was_made_or_abandoned_is_not(outcome: Event) -> None:
    write(INTENDED, outcome)
    assert accounts_to_look_at(at=NOON + 10 * MINUTE) == []


def test_a_change_under_way_is_not() -> None:
    write(INTENDED)
    assert accounts_to_look_at(at=NOON + 5 * MINUTE) == []


def test_somebody_elses_outcome_settles_nothing() -> None:
    write(INTENDED, PasswordChanged(at=NOON, account="claire", by="owner"))
    assert accounts_to_look_at(at=NOON + 10 * MINUTE) == ["claire"]
