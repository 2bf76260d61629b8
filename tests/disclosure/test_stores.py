"""One contract for every store: each sentence here is true of all of them, and all answer to the same integer."""

from collections.abc import Callable

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardening import clock
from hardening.disclosure.answers import NOT_RESERVED, Answer, Outcome, Ticket
from hardening.disclosure.limits import UNLIMITED, Ceilings, Limits
from hardening.disclosure.models import Tally
from hardening.disclosure.stores import BudgetStore
from hardening.disclosure.stores.in_process import InProcessStore
from hardening.disclosure.stores.postgresql import PostgresqlStore
from hardening.disclosure.stores.sqlite import SqliteStore
from tests.disclosure.cast import (
    ALICE,
    BENALI,
    BOB,
    CAROL,
    DAY,
    HOUR,
    MANY,
    MARTIN,
    MICROSECOND,
    MINUTE,
    NANTES,
    NOON,
    SECOND,
    Counter,
    limits,
    person,
    retry_of,
)
from tests.disclosure.operations import ESTABLISHMENTS, PEOPLE, PRACTITIONERS, Operation, Replay, random_operations


def database_store() -> BudgetStore:
    return PostgresqlStore() if connections["hardening"].vendor == "postgresql" else SqliteStore()


def with_limits(store: BudgetStore, people: int = MANY, *, cheap_misses: int = 5, **windows: int) -> Counter:
    return Counter(store, limits(people, passes=False, cheap_misses=cheap_misses, **windows))


def limited_to_three(store: BudgetStore, window: str) -> Counter:
    return with_limits(store, 3) if window == "people" else with_limits(store, **{window: 3})


@pytest.fixture(
    params=[
        pytest.param(InProcessStore, id="in_process"),
        pytest.param(database_store, id="database", marks=pytest.mark.django_db),
    ]
)
def store(request: pytest.FixtureRequest) -> BudgetStore:
    make: Callable[[], BudgetStore] = request.param
    return make()


class TestPrices:
    def test_a_new_person_costs_ten_tenths_and_a_repeat_one(self, store: BudgetStore) -> None:
        benali = with_limits(store)

        first, again = benali.show(ALICE), benali.show(ALICE)

        assert (first.is_allowed, first.charged, first.new, first.repeated) == (True, 10, 1, 0)
        assert (again.charged, again.new, again.repeated) == (1, 0, 1)

    def test_a_person_is_new_again_exactly_a_day_after_he_was_last_shown(self, store: BudgetStore) -> None:
        benali = with_limits(store)
        with clock.frozen(NOON):
            benali.show(ALICE)
        with clock.frozen(NOON + DAY - MICROSECOND):
            assert benali.show(ALICE).repeated == 1
        with clock.frozen(NOON + 2 * DAY - MICROSECOND):
            assert benali.show(ALICE).new == 1

    def test_what_a_colleague_has_shown_is_no_repeat(self, store: BudgetStore) -> None:
        with_limits(store).show(ALICE)

        assert Counter(store, limits(), practitioner=MARTIN).show(ALICE).new == 1

    def test_the_first_five_misses_of_a_day_cost_a_person_and_the_next_three(self, store: BudgetStore) -> None:
        benali = with_limits(store)

        assert [benali.miss().charged for _ in range(7)] == [10] * 5 + [30] * 2

    def test_misses_under_way_at_once_are_not_all_cheap(self, store: BudgetStore) -> None:
        benali = with_limits(store)

        tickets = [benali.ticket() for _ in range(7)]

        assert [ticket.price for ticket in tickets] == [10] * 5 + [30] * 2

    def test_a_hit_uses_up_no_cheap_miss(self, store: BudgetStore) -> None:
        benali = with_limits(store)
        for number in range(8):
            benali.show(person(number))

        assert benali.miss().charged == 10

    def test_dear_misses_stay_dear_for_a_day(self, store: BudgetStore) -> None:
        benali = with_limits(store)
        with clock.frozen(NOON):
            for _ in range(5):
                benali.miss()
        with clock.frozen(NOON + 24 * HOUR):
            assert benali.miss().charged == 30
        with clock.frozen(NOON + 25 * HOUR):
            assert benali.miss().charged == 10


class TestLimits:
    @pytest.mark.parametrize(
        ("window", "reason"),
        [
            ("people", "practitioner_day"),
            ("hour", "practitioner_hour"),
            ("burst", "practitioner_burst"),
            ("newcomers", "practitioner_newcomers"),
            ("portal", "portal_day"),
        ],
    )
    def test_the_fourth_person_is_refused_with_the_name_of_the_window(
        self, store: BudgetStore, window: str, reason: str
    ) -> None:
        benali = limited_to_three(store, window)
        with clock.frozen(NOON):
            assert benali.show_as_many_as_allowed(10) == 3
            assert benali.reserve().reason == reason

    @pytest.mark.parametrize("window", ["people", "hour", "burst", "newcomers", "portal"])
    def test_a_refusal_says_when_and_keeps_its_word_to_the_microsecond(self, store: BudgetStore, window: str) -> None:
        benali = limited_to_three(store, window)
        with clock.frozen(NOON):
            benali.show_as_many_as_allowed(3)
            again = retry_of(benali.reserve())
        with clock.frozen(again - MICROSECOND):
            assert not benali.reserve().is_allowed
        with clock.frozen(again):
            assert benali.reserve().is_allowed

    def test_a_limit_of_nobody_has_no_moment_at_which_it_would_allow(self, store: BudgetStore) -> None:
        answer = with_limits(store, people=0).reserve()

        assert not answer.is_allowed
        assert answer.retry_at is None

    def test_a_dear_miss_that_never_fits_waits_until_misses_are_cheap_again(self, store: BudgetStore) -> None:
        benali = with_limits(store, people=2, cheap_misses=1)
        with clock.frozen(NOON):
            benali.miss()
            again = retry_of(benali.reserve())
        with clock.frozen(again - MICROSECOND):
            assert not benali.reserve().is_allowed
        with clock.frozen(again):
            assert benali.reserve().is_allowed

    def test_the_exact_set_holds_where_repeats_have_made_people_cheap(self, store: BudgetStore) -> None:
        """I9: 25 people kept alive for a tenth each must not make room for 22 more within one day."""
        benali = with_limits(store, people=25)
        with clock.frozen(NOON):
            benali.show_as_many_as_allowed(25)
        with clock.frozen(NOON + 25 * HOUR - MINUTE):
            assert not benali.reserve().is_allowed
        for hours in (20, 21, 22, 23):
            with clock.frozen(NOON + hours * HOUR):
                assert not benali.reserve().is_allowed

    def test_r15_lowering_a_limit_frees_nobody(self, store: BudgetStore) -> None:
        with clock.frozen(NOON):
            assert with_limits(store, people=20).show_as_many_as_allowed(30) == 20
            assert not with_limits(store, people=19).reserve().is_allowed
            assert not with_limits(store, people=20).reserve().is_allowed
            assert with_limits(store, people=21).show(CAROL).charged == 1
            assert with_limits(store, people=22).reserve().is_allowed

    def test_r16_a_refusal_moves_nothing_but_the_count_of_refusals(self, store: BudgetStore) -> None:
        benali = with_limits(store, portal=1)
        with clock.frozen(NOON):
            benali.show(ALICE)
            before = store.use_of(practitioner=BENALI)
            assert [benali.reserve().is_allowed for _ in range(50)] == [False] * 50
            assert store.use_of(practitioner=BENALI) == before
            assert with_limits(store, people=2).show_as_many_as_allowed(9) == 1

    def test_r14_scopes_and_keys_are_never_joined(self, store: BudgetStore) -> None:
        names = ["benali", "benali1", "1", "", "establishment", "portal", "a:b", "a", ":b", "b"]
        for name in names:
            assert Counter(store, limits(people=1), practitioner=f"p{name}", establishment=f"p{name}").show(ALICE)
        for name in names:
            assert store.use_of(practitioner=f"p{name}").tenths == 10

    def test_what_is_left_is_bounded_by_the_exact_set_as_well(self, store: BudgetStore) -> None:
        open_day = Limits(practitioner=UNLIMITED, people=3, newcomers=9)
        benali = Counter(store, open_day)

        assert [benali.show(who).remaining for who in (ALICE, BOB, ALICE, CAROL)] == [2, 1, 1, 0]
        assert benali.reserve().reason == "practitioner_people"

    def test_what_is_left_counts_down_with_new_people_only(self, store: BudgetStore) -> None:
        benali = with_limits(store, people=3)

        assert [benali.show(who).remaining for who in (ALICE, BOB)] == [2, 1]
        assert benali.show(ALICE).remaining == 0, "a tenth of the last person is spent"


class TestEstablishment:
    def test_d38_an_exhausted_establishment_leaves_only_repeats(self, store: BudgetStore) -> None:
        benali = with_limits(store, establishment=2)
        with clock.frozen(NOON):
            assert not benali.reserve().is_for_repeats
            benali.show(ALICE)
            answer = benali.reserve()

        assert (answer.is_allowed, answer.is_for_repeats, answer.reason) == (True, True, "establishment_day")
        assert answer.retry_at is not None

    def test_d38_a_fresh_passkey_under_a_third_of_its_own_day_passes(self, store: BudgetStore) -> None:
        """R8: who uses up the establishment's budget does not thereby stop an honest colleague."""
        martin = Counter(store, limits(people=10, establishment=1), practitioner=MARTIN)
        benali = Counter(store, limits(people=10, establishment=1, passes=True))
        with clock.frozen(NOON):
            martin.show(ALICE)
            passed = []
            for number in range(5):
                answer = benali.reserve()
                assert answer.ticket is not None
                store.settle(answer.ticket, outcome=Outcome.SHOWN, subject=person(number))
                passed.append(not answer.is_for_repeats)

        assert passed == [True, True, True, True, False]

    def test_a_person_whom_a_colleague_has_seen_is_no_newcomer(self, store: BudgetStore) -> None:
        with clock.frozen(NOON):
            Counter(store, limits(), practitioner=MARTIN).show(ALICE)
        with clock.frozen(NOON + 300 * DAY):
            benali = with_limits(store, newcomers=1)
            benali.show(ALICE)
            assert benali.show(BOB).new == 1
            assert benali.reserve().reason == "practitioner_newcomers"

    def test_after_thirteen_months_he_is_one_again(self, store: BudgetStore) -> None:
        with clock.frozen(NOON):
            Counter(store, limits(), practitioner=MARTIN).show(ALICE)
        with clock.frozen(NOON + 396 * DAY):
            benali = with_limits(store, newcomers=1)
            benali.show(ALICE)
            assert not benali.reserve().is_allowed

    def test_newcomers_are_counted_where_they_are_seen(self, store: BudgetStore) -> None:
        Counter(store, limits(), establishment=NANTES).show(ALICE)
        benali = with_limits(store, newcomers=2)

        benali.show(ALICE)

        assert benali.show(BOB).new == 1


class TestSettlement:
    def test_r21_a_reservation_is_settled_once(self, store: BudgetStore) -> None:
        ticket = with_limits(store).ticket()
        store.settle(ticket, outcome=Outcome.FAILED)

        assert store.settle(ticket, outcome=Outcome.FAILED) == Answer(is_allowed=False, reason=NOT_RESERVED)
        assert store.use_of(practitioner=BENALI).tenths == 0

    def test_r21_only_by_whom_it_belongs_to(self, store: BudgetStore) -> None:
        ticket = with_limits(store).ticket()
        stolen = Ticket(**(vars(ticket) | {"practitioner": MARTIN}))

        assert not store.settle(stolen, outcome=Outcome.FAILED).is_allowed
        assert store.use_of(practitioner=BENALI).tenths == 10

    def test_r21_a_minute_later_nothing_goes_back(self, store: BudgetStore) -> None:
        benali = with_limits(store, people=2)
        with clock.frozen(NOON):
            in_time, late = benali.ticket(), benali.ticket()
        with clock.frozen(NOON + MINUTE):
            assert store.settle(in_time, outcome=Outcome.FAILED).charged == 0
        with clock.frozen(NOON + MINUTE + MICROSECOND):
            assert store.settle(late, outcome=Outcome.FAILED).charged == 10
            assert not store.settle(late, outcome=Outcome.FAILED).is_allowed
            assert store.use_of(practitioner=BENALI).people == 1

    def test_a_failure_costs_nothing_and_frees_the_place(self, store: BudgetStore) -> None:
        benali = with_limits(store, people=1, burst=1, hour=1, newcomers=1)
        for _ in range(20):
            store.settle(benali.ticket(), outcome=Outcome.FAILED)

        assert benali.show(ALICE).charged == 10

    def test_a_worker_that_dies_keeps_the_charge_and_the_place_for_a_day(self, store: BudgetStore) -> None:
        benali = with_limits(store, people=1)
        with clock.frozen(NOON):
            benali.ticket()
        with clock.frozen(NOON + DAY - SECOND):
            assert not benali.reserve().is_allowed
        with clock.frozen(NOON + 25 * HOUR):
            assert benali.reserve().is_allowed

    def test_d18_charges_are_numbered_without_a_gap_misses_included(self, store: BudgetStore) -> None:
        benali, martin = with_limits(store), Counter(store, limits(), practitioner=MARTIN)
        benali.show(ALICE)
        benali.miss()

        assert (benali.ticket().number, martin.ticket().number) == (3, 1)
        assert benali.ticket().epoch == martin.ticket().epoch != ""


class TestTime:
    def test_r18_a_clock_set_back_frees_nobody(self, store: BudgetStore) -> None:
        benali = with_limits(store, people=2, hour=2)
        with clock.frozen(NOON):
            benali.show(ALICE)
        with clock.frozen(NOON - 10 * MINUTE):
            benali.show(BOB)
            assert not benali.reserve().is_allowed
        with clock.frozen(NOON + HOUR - SECOND):
            assert not benali.reserve().is_allowed

    def test_r18_a_clock_that_leapt_forward_and_back_frees_nobody_twice(self, store: BudgetStore) -> None:
        benali = with_limits(store, people=2)
        with clock.frozen(NOON):
            assert benali.show_as_many_as_allowed(9) == 2
        with clock.frozen(NOON + 25 * HOUR):
            assert benali.show_as_many_as_allowed(9) == 2
        for hours in (0, 1, 24):
            with clock.frozen(NOON + hours * HOUR):
                assert not benali.reserve().is_allowed

    def test_r18_what_a_leap_of_the_clock_made_old_stays_old(self, store: BudgetStore) -> None:
        benali = with_limits(store)
        with clock.frozen(NOON):
            benali.show(ALICE)
        with clock.frozen(NOON + 25 * HOUR):
            benali.show(BOB)
        with clock.frozen(NOON + HOUR):
            assert not store.has_shown(practitioner=BENALI, subject=ALICE)
            assert benali.show(ALICE).new == 1

    def test_use_of_the_day_says_when_the_first_of_it_leaves(self, store: BudgetStore) -> None:
        benali = with_limits(store)
        assert store.use_of(practitioner=BENALI).relief_at is None
        with clock.frozen(NOON + MINUTE):
            benali.show(ALICE)
        with clock.frozen(NOON + HOUR):
            benali.show(BOB)
            use = store.use_of(practitioner=BENALI)

        assert (use.tenths, use.people) == (20, 2)
        assert use.relief_at == int((NOON + 25 * HOUR).timestamp()) * 1_000_000

    def test_who_was_shown_is_remembered_for_a_day(self, store: BudgetStore) -> None:
        with clock.frozen(NOON):
            with_limits(store).show(ALICE)
            assert store.has_shown(practitioner=BENALI, subject=ALICE)
            assert not store.has_shown(practitioner=BENALI, subject=BOB)
            assert not store.has_shown(practitioner=MARTIN, subject=ALICE)
        with clock.frozen(NOON + DAY):
            assert not store.has_shown(practitioner=BENALI, subject=ALICE)


@pytest.mark.django_db
def test_r16_the_database_counts_its_refusals() -> None:
    benali = with_limits(database_store(), people=0)
    for _ in range(3):
        benali.reserve()

    assert list(Tally.objects.filter(denials__gt=0).values_list("scope", "key", "denials")) == [
        ("practitioner", BENALI, 3)
    ]


def replay_alike(operations: list[Operation]) -> None:
    oracle, database = Replay(InProcessStore()), Replay(database_store())
    for place, operation in enumerate(operations):
        assert database.run(operation) == oracle.run(operation), (place, operation)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(20))
def test_4000_random_operations_get_the_kernel_s_answers_from_the_database(seed: int) -> None:
    replay_alike(list(random_operations(seed, 200)))


steps = st.one_of(
    st.timedeltas(-25 * HOUR, 26 * HOUR),
    st.timedeltas(-MINUTE, 2 * MINUTE),
    st.sampled_from([HOUR, DAY, DAY - MICROSECOND, 400 * DAY]),
)
ceilings = st.builds(Ceilings, *[st.none() | st.integers(0, 120)] * 3)
operations = st.builds(
    Operation,
    verb=st.sampled_from(["reserve", "reserve", "settle", "settle", "shown", "use"]),
    step=steps,
    practitioner=st.sampled_from(PRACTITIONERS),
    establishment=st.sampled_from(ESTABLISHMENTS),
    limits=st.builds(
        Limits,
        practitioner=ceilings,
        people=st.integers(0, 9),
        newcomers=st.integers(0, 9),
        establishment=ceilings,
        portal=ceilings,
        cheap_misses=st.integers(0, 3),
        passes_establishment=st.booleans(),
    ),
    outcome=st.sampled_from(Outcome),
    subject=st.sampled_from(PEOPLE[:4]),
    which=st.integers(0, 3),
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(operations, max_size=25))
def test_any_sequence_gets_the_kernel_s_answers_from_the_database(sequence: list[Operation]) -> None:
    with transaction.atomic(using="hardening"):
        replay_alike(sequence)
        transaction.set_rollback(True, using="hardening")
