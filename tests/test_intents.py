from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from hardening import clock
from hardening.events import ChangeAbandoned, ChangeIntended, Event, PasswordChanged, occurred
from hardening.intents import UnsettledChangeError, intent

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
CLAIRE = "claire"
CHANGED = PasswordChanged(at=NOON, account=CLAIRE, by="owner")


class TornDownError(Exception):
    pass


@pytest.fixture
def told() -> Iterator[list[Event]]:
    heard: list[Event] = []

    def hear(event: Event, **_: object) -> None:
        heard.append(event)

    occurred.connect(hear)
    with clock.frozen(NOON):
        yield heard
    occurred.disconnect(hear)


def change_something() -> None:
    ContentType.objects.create(app_label="accounts", model="changed")


def change_the_password(*, settle: bool = True, actor: str = "", fail: bool = False) -> None:
    with intent(PasswordChanged, account=CLAIRE, actor=actor) as change:
        change_something()
        if settle:
            change.settle(CHANGED)
        if fail:
            raise TornDownError


@transaction.atomic
def change_the_password_in_a_view_that_fails() -> None:
    change_the_password()
    raise TornDownError


def something_changed() -> bool:
    return ContentType.objects.filter(app_label="accounts", model="changed").exists()


def test_a_change_is_told_before_and_after(told: list[Event]) -> None:
    with intent(PasswordChanged, account=CLAIRE) as change:
        assert [type(event) for event in told] == [ChangeIntended]
        change_something()
        change.settle(CHANGED)

    assert [type(event) for event in told] == [ChangeIntended, PasswordChanged]
    assert told[0].intent == told[1].intent != ""


def test_the_outcome_is_told_only_after_the_commit(told: list[Event]) -> None:
    with transaction.atomic():
        with intent(PasswordChanged, account=CLAIRE) as change:
            change.settle(CHANGED)
        assert [type(event) for event in told] == [ChangeIntended]
    assert [type(event) for event in told] == [ChangeIntended, PasswordChanged]


def test_an_outcome_that_was_rolled_back_is_never_told(told: list[Event]) -> None:
    with pytest.raises(TornDownError):
        change_the_password_in_a_view_that_fails()

    assert [type(event) for event in told] == [ChangeIntended]
    assert not something_changed()


def test_a_change_that_fails_is_said_to_be_abandoned(told: list[Event]) -> None:
    with pytest.raises(TornDownError):
        change_the_password(actor="sophie", fail=True)

    abandoned = told[1]
    assert isinstance(abandoned, ChangeAbandoned)
    assert (abandoned.change, abandoned.actor, abandoned.intent) == (CHANGED.name, "sophie", told[0].intent)
    assert not something_changed()


def test_a_change_that_says_nothing_of_itself_never_commits(told: list[Event]) -> None:
    with pytest.raises(UnsettledChangeError):
        change_the_password(settle=False)

    assert not something_changed()
    assert [type(event) for event in told] == [ChangeIntended, ChangeAbandoned]


def test_a_change_whose_intent_cannot_be_written_is_refused() -> None:
    def refuse(event: Event, **_: object) -> None:
        raise TornDownError(event.name)

    occurred.connect(refuse, sender=ChangeIntended)
    try:
        with pytest.raises(TornDownError):
            change_the_password()
    finally:
        occurred.disconnect(refuse, sender=ChangeIntended)
    assert not something_changed()
