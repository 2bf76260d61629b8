"""Other limits on recorded failures: what the simulation says is what the kernel would have done."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from hardening import clock
from hardening.lockout.buckets import Bucket, Failure, Kind, reserve
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.simulation import simulate
from tests.lockout.people import MINUTE, NOON, SECOND, fail

USUAL = LockoutSettings().rule_for(Kind.UNKNOWN_BROWSERS)
PAUSES = st.lists(
    st.one_of(st.sampled_from([SECOND, MINUTE, 2 * MINUTE, 15 * MINUTE]), st.integers(1, 90_000).map(SECOND.__mul__)),
    max_size=60,
)


@given(PAUSES, st.integers(1, 10), st.sampled_from([SECOND, MINUTE, 5 * MINUTE]))
def test_the_simulation_is_the_replay(pauses: list[timedelta], limit: int, first: timedelta) -> None:
    rule = replace(USUAL, limit=limit, first=first)
    bucket = Bucket(key=UUID(int=1), kind=Kind.UNKNOWN_BROWSERS, rule=rule)
    at, moments, refused, rested = NOON, [], 0, timedelta(0)
    for number, pause in enumerate(pauses):
        at += pause
        moments.append(at)
        failure = Failure(at, f"slot {number}", "password", "", "")
        answer = reserve([bucket], failures={bucket.key: failure}, at=at, is_second_step=False)
        (bucket,) = answer.buckets
        refused += not answer.is_allowed
        if answer.is_allowed:
            rested += (bucket.locked_until(at=at) or at) - at

    found = simulate(moments, rule=rule)

    assert (found.refused, found.evaluated, found.rested) == (refused, len(moments) - refused, rested)


@pytest.mark.django_db(databases=["default", "hardening"])
def test_the_command_tries_each_limit_and_marks_the_one_in_force() -> None:
    with clock.frozen(NOON):
        fail(5)
        fail(2, "claire.martin")
    said = StringIO()
    call_command("simulate_limits", "3", "--json", stdout=said)

    found = [json.loads(line) for line in said.getvalue().splitlines()]
    assert [(each["limit"], each["evaluated"], each["refused"], each["is_in_force"]) for each in found] == [
        (3, 5, 2, False),
        (5, 7, 0, True),
    ]
    with pytest.raises(CommandError):
        call_command("simulate_limits", "0")
