"""The contract of the slot stores: whatever the kernel answers, the database answers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardening.lockout import buckets as kernel
from hardening.lockout.buckets import Bucket, Failure, Kind, Reservation
from hardening.lockout.cooloff import Rule
from hardening.lockout.models import StoredBucket
from hardening.lockout.stores import Attempt, SlotStore, slot_store

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
OWN = Rule(limit=2, window=timedelta(hours=1), first=MINUTE, longest=5 * MINUTE, review_at=4, second_steps=6)
ADDRESS = Rule(limit=4, window=timedelta(hours=1), first=MINUTE, longest=5 * MINUTE)
AMINE, CLAIRE, LYON = UUID(int=1), UUID(int=2), UUID(int=3)


def bucket(key: UUID, *, kind: Kind = Kind.UNKNOWN_BROWSERS, rule: Rule = OWN) -> Bucket:
    return Bucket(key=key, kind=kind, rule=rule)


def attempt(*keys: UUID, slot: str = "slot", is_second_step: bool = False) -> Attempt:
    return Attempt(
        slot=slot,
        step="code" if is_second_step else "password",
        is_second_step=is_second_step,
        account="",
        network="192.0.2.0/24",
        browser="Firefox, Windows",
        origins={key: f"from {key.int}" for key in keys},
    )


class Model:
    """The kernel over a dict: what the databases have to agree with."""

    def __init__(self) -> None:
        self.held: dict[UUID, Bucket] = {}

    def reserve(self, asked: Attempt, *, buckets: list[Bucket], at: datetime) -> Reservation:
        found = [self.held.get(each.key, each) for each in buckets]
        failures = {
            each.key: Failure(at, asked.slot, asked.step, asked.origins[each.key], asked.browser) for each in found
        }
        answer = kernel.reserve(found, failures=failures, at=at, is_second_step=asked.is_second_step)
        self.held.update({each.key: each for each in answer.buckets})
        return answer

    def settle(self, slot: str, *, keys: list[UUID], was_second_step: bool, cleared: UUID | None) -> None:
        for key in keys:
            self.held[key] = kernel.settled(
                self.held[key], slot=slot, was_second_step=was_second_step, is_cleared=key == cleared
            )


# Mostly failures in quick succession: that is where the rules bite.
PAUSES = [MINUTE / 60] * 6 + [-10 * MINUTE, MINUTE, 2 * MINUTE, 7 * MINUTE, 61 * MINUTE, 25 * 60 * MINUTE]
ENDINGS = ["fail"] * 6 + ["give back", "clear", "give back twice"]
STEPS = st.lists(
    st.tuples(st.sampled_from([AMINE, CLAIRE]), st.sampled_from(PAUSES), st.sampled_from(ENDINGS), st.booleans()),
    min_size=6,
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_every_history_has_the_kernels_answers(history: list[tuple[UUID, timedelta, str, bool]]) -> None:
    StoredBucket.objects.all().delete()
    model, store, at = Model(), slot_store(), NOON
    for number, (account, pause, ending, is_second_step) in enumerate(history):
        at += pause
        asked = attempt(account, LYON, slot=f"slot {number}", is_second_step=is_second_step)
        wanted = [bucket(account), bucket(LYON, kind=Kind.ADDRESS, rule=ADDRESS)]

        expected = model.reserve(asked, buckets=wanted, at=at)
        answer = store.reserve(asked, buckets=wanted, at=at)

        assert answer.is_allowed is expected.is_allowed
        assert sorted(answer.buckets, key=lambda each: each.key) == sorted(expected.buckets, key=lambda each: each.key)
        if answer.is_allowed:
            settle(model, store, asked, account=account, ending=ending)


def test_one_refusing_bucket_is_enough_and_the_next_attempt_starts_its_count_anew() -> None:
    """R16."""
    store, own, address = slot_store(), bucket(AMINE), bucket(LYON, kind=Kind.ADDRESS, rule=ADDRESS)
    for number in range(2):
        store.reserve(attempt(AMINE, LYON, slot=f"slot {number}"), buckets=[own, address], at=NOON)

    refused = [store.reserve(attempt(AMINE, LYON), buckets=[own, address], at=NOON) for _ in range(3)]
    later = store.reserve(attempt(AMINE, LYON), buckets=[own, address], at=NOON + MINUTE)

    assert [(answer.is_allowed, len(answer.buckets)) for answer in refused] == [(False, 1)] * 3
    assert [answer.buckets[0].refused for answer in refused] == [1, 2, 3]
    assert later.is_allowed is True
    assert {each.refused for each in later.buckets} == {0}


def settle(model: Model, store: SlotStore, asked: Attempt, *, account: UUID, ending: str) -> None:
    cleared = account if ending == "clear" else None
    times = {"fail": 0, "give back": 1, "clear": 1, "give back twice": 2}[ending]
    for _ in range(times):
        for each in (model, store):
            each.settle(asked.slot, keys=[account, LYON], was_second_step=asked.is_second_step, cleared=cleared)


@pytest.mark.postgresql
def test_the_time_is_the_servers() -> None:
    """R18: hosts disagree, and a guesser would choose the one that is ahead."""
    earlier = servers_time()
    answer = slot_store().reserve(attempt(AMINE), buckets=[bucket(AMINE)], at=None)

    assert earlier < answer.at < servers_time()
    assert answer.buckets[0].failures[0].at == answer.at


def servers_time() -> datetime:
    with connections["hardening"].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at
