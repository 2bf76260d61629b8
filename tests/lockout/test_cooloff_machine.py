"""Whatever order attempts, pauses and right passwords come in, the promises of the lockout hold."""

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hardening.lockout.buckets import Bucket, Failure, Kind, Reservation, reserve, settled
from hardening.lockout.conf import LockoutSettings
from tests.lockout.people import HOUR, MINUTE, NOON, SECOND

NAMES = st.sampled_from([UUID(int=1), UUID(int=2)])
NETWORKS = st.sampled_from([UUID(int=11), UUID(int=12)])
PAUSES = st.one_of(
    st.sampled_from([SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 15 * MINUTE, HOUR, 24 * HOUR]),
    st.integers(0, 3_600).map(lambda seconds: seconds * SECOND),
)
QUARTER = timedelta(minutes=15)
A_DAYS_GUESSES = 5 + 4 + 96
"""Five at once, four while the rest doubles, then one each quarter of an hour."""


class Lockout(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.buckets: dict[UUID, Bucket] = {}
        self.evaluated: dict[UUID, list[datetime]] = {}
        self.last_failed: dict[UUID, datetime] = {}
        self.slots = 0

    @initialize()
    def start(self) -> None:
        rules = LockoutSettings()
        for number in (1, 2):
            kind = Kind.UNKNOWN_BROWSERS
            self.buckets[UUID(int=number)] = Bucket(key=UUID(int=number), kind=kind, rule=rules.rule_for(kind))
        for number in (11, 12):
            kind = Kind.ADDRESS
            self.buckets[UUID(int=number)] = Bucket(key=UUID(int=number), kind=kind, rule=rules.rule_for(kind))

    def attempt(self, name: UUID, network: UUID) -> Reservation:
        self.slots += 1
        failure = Failure(self.at, f"slot {self.slots}", "password", "", "")
        keys = (name, network)
        before = dict(self.buckets)
        answer = reserve(
            [self.buckets[key] for key in keys],
            failures=dict.fromkeys(keys, failure),
            at=self.at,
            is_second_step=False,
        )
        self.buckets.update({bucket.key: bucket for bucket in answer.buckets})
        if answer.is_allowed:
            self.evaluated.setdefault(name, []).append(self.at)
        else:
            # A refusal moves nothing but its own count (R16).
            assert [before[key].failures for key in keys] == [self.buckets[key].failures for key in keys]
        return answer

    def settle(self, name: UUID, network: UUID, *, is_cleared: bool) -> None:
        for key in (name, network):
            self.buckets[key] = settled(
                self.buckets[key],
                slot=f"slot {self.slots}",
                was_second_step=False,
                is_cleared=is_cleared and key == name,
            )

    @rule(name=NAMES, network=NETWORKS)
    def guess_wrong(self, name: UUID, network: UUID) -> None:
        if self.attempt(name, network).is_allowed:
            self.last_failed.update(dict.fromkeys((name, network), self.at))

    @rule(name=NAMES, network=NETWORKS, times=st.integers(1, 40))
    def knock(self, name: UUID, network: UUID, times: int) -> None:
        for _ in range(times):
            self.guess_wrong(name, network)

    @rule(name=NAMES, network=NETWORKS)
    def give_the_right_password(self, name: UUID, network: UUID) -> None:
        if self.attempt(name, network).is_allowed:
            self.settle(name, network, is_cleared=False)
            self.evaluated[name].pop()

    @rule(name=NAMES, network=NETWORKS)
    def complete_a_login(self, name: UUID, network: UUID) -> None:
        address = self.buckets[network].failures
        if self.attempt(name, network).is_allowed:
            self.settle(name, network, is_cleared=True)
            self.evaluated[name] = []
            kept = self.buckets[network].failures
            # P12: nothing goes but, from a full memory, the oldest.
            assert kept in {address, address[1:]}

    @rule(pause=PAUSES)
    def wait(self, pause: timedelta) -> None:
        self.at += pause

    @precondition(lambda self: bool(self.buckets))
    @invariant()
    def no_bucket_rests_for_more_than_a_quarter_of_an_hour_after_its_last_evaluated_failure(self) -> None:
        """P9, R7, I5: whatever is sent."""
        for key, bucket in self.buckets.items():
            until = bucket.locked_until(at=self.at)
            if until is not None:
                assert self.at < until <= self.last_failed[key] + QUARTER

    @invariant()
    def no_name_is_guessed_at_more_often_in_a_day_than_promised(self) -> None:
        """R17: in any trailing day, not in one of the calendar."""
        for moments in self.evaluated.values():
            lately = [moment for moment in moments if moment > self.at - timedelta(days=1)]
            assert len(lately) <= A_DAYS_GUESSES

    @invariant()
    def no_bucket_grows_beyond_its_memory(self) -> None:
        """R9."""
        assert all(len(bucket.failures) <= bucket.rule.kept for bucket in self.buckets.values())


TestLockout = Lockout.TestCase
TestLockout.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)


def test_a_guesser_who_never_sleeps_gets_a_hundred_and_five_guesses_a_day() -> None:
    """R17: the schedule that wastes no second."""
    rules = LockoutSettings().rule_for(Kind.UNKNOWN_BROWSERS)
    bucket = Bucket(key=UUID(int=1), kind=Kind.UNKNOWN_BROWSERS, rule=rules)
    at, guesses = NOON, 0
    while at < NOON + 24 * HOUR:
        failure = Failure(at, f"slot {guesses}", "password", "", "")
        answer = reserve([bucket], failures={bucket.key: failure}, at=at, is_second_step=False)
        (bucket,) = answer.buckets
        guesses += answer.is_allowed
        at = bucket.locked_until(at=at) or at

    assert guesses <= A_DAYS_GUESSES
