"""The database decides alone, however many ask at once. Real threads, real connections, the server's own clock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

import pytest
from django.db import connections

from hardening.disclosure import found_records
from hardening.disclosure.answers import Outcome
from hardening.disclosure.stores import BudgetStore
from hardening.disclosure.stores.postgresql import PostgresqlStore
from hardening.disclosure.stores.sqlite import SqliteStore
from hardening.errors import StoreUnavailableError
from hardening.requirements import Assurance
from tests.disclosure.cast import ALICE, BENALI, LYON, MARTIN, NANTES, PHARMACY, Counter, limits, person
from tests.disclosure.people.models import Insured

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

THREADS, TRIES, ALLOWED = 12, 50, 25

Result = TypeVar("Result")


def in_threads(work: Callable[[int], Result], *, threads: int = THREADS) -> list[Result]:
    """Run ``work`` in so many threads, each with connections of its own."""

    def alone(number: int) -> Result:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(alone, range(threads)))


def shown_by_thread(counter: Counter) -> Callable[[int], int]:
    def work(number: int) -> int:
        shown = 0
        for attempt in range(TRIES):
            ticket = counter.reserve().ticket
            if ticket is not None:
                counter.store.settle(ticket, outcome=Outcome.SHOWN, subject=person(number * TRIES + attempt))
                shown += 1
        return shown

    return work


@pytest.mark.postgresql
def test_600_tries_at_25_allowed_show_exactly_25() -> None:
    """I9. Every miss is cheap here, so that no reservation is dearer than the person it becomes."""
    benali = Counter(PostgresqlStore(), limits(ALLOWED, cheap_misses=THREADS * TRIES))

    assert sum(in_threads(shown_by_thread(benali))) == ALLOWED
    assert benali.store.use_of(practitioner=BENALI).people == ALLOWED


@pytest.mark.postgresql
def test_with_dear_reservations_never_more_and_the_rest_can_still_be_used() -> None:
    """I9."""
    benali = Counter(PostgresqlStore(), limits(ALLOWED))

    shown = sum(in_threads(shown_by_thread(benali)))

    assert shown <= ALLOWED
    assert shown + benali.show_as_many_as_allowed(ALLOWED + 1) == ALLOWED


@pytest.mark.postgresql
def test_colleagues_at_once_share_one_portal_to_the_last_person() -> None:
    store, portal = PostgresqlStore(), limits(1000, cheap_misses=1000, portal=ALLOWED)
    desks = [(BENALI, LYON), (MARTIN, NANTES), (PHARMACY, LYON), (f"{BENALI}2", NANTES)]

    def work(number: int) -> int:
        practitioner, establishment = desks[number % len(desks)]
        return shown_by_thread(Counter(store, portal, practitioner, establishment))(number)

    assert sum(in_threads(work)) == ALLOWED


@pytest.mark.postgresql
def test_a_reservation_settled_by_twelve_at_once_gives_back_once() -> None:
    """R21."""
    benali = Counter(PostgresqlStore(), limits(2, cheap_misses=0))
    ticket = Counter(benali.store, limits(1000, cheap_misses=0)).ticket()

    settled = in_threads(lambda _: benali.store.settle(ticket, outcome=Outcome.FAILED).is_allowed)

    assert sum(settled) == 1
    assert benali.store.use_of(practitioner=BENALI).tenths == 0


@pytest.mark.postgresql
def test_numbers_given_at_once_are_all_different() -> None:
    """D18."""
    benali = Counter(PostgresqlStore(), limits())

    numbers = in_threads(lambda _: [benali.ticket().number for _ in range(20)])

    assert sorted(chain.from_iterable(numbers)) == list(range(1, THREADS * 20 + 1))


@pytest.mark.postgresql
def test_a_lock_that_does_not_come_is_a_store_that_does_not_answer() -> None:
    benali = Counter(PostgresqlStore(), limits())
    benali.show(ALICE)

    def ask(_: int) -> str:
        with pytest.raises(StoreUnavailableError):
            benali.reserve()
        return "refused"

    with connections["hardening"].cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM hardening_disclosure_tally WHERE scope = 'practitioner' FOR UPDATE")
        assert in_threads(ask, threads=1) == ["refused"]
        cursor.execute("ROLLBACK")

    assert benali.reserve().is_allowed


def test_on_one_host_threads_share_a_file_to_the_last_person() -> None:
    """SQLite: a busy file refuses with 503; whoever is let in is counted exactly."""
    if connections["hardening"].vendor == "postgresql":
        store: BudgetStore = PostgresqlStore()
    else:
        store = SqliteStore()
    benali = Counter(store, limits(5, cheap_misses=1000))

    def work(number: int) -> int:
        shown = 0
        for attempt in range(8):
            try:
                ticket = benali.reserve().ticket
                if ticket is not None:
                    store.settle(ticket, outcome=Outcome.SHOWN, subject=person(number * 100 + attempt))
                    shown += 1
            except StoreUnavailableError:
                continue
        return shown

    in_threads(work, threads=4)

    assert store.use_of(practitioner=BENALI).people == 5


def test_of_two_requests_at_once_a_single_one_has_the_result_of_a_search() -> None:
    owner = Assurance(account=BENALI, session="s")
    result = found_records.keep(["1"], model=Insured, owner=owner)

    taken = in_threads(lambda _: found_records.take(result, model=Insured, owner=owner), threads=4)

    assert [keys for keys in taken if keys is not None] == [["1"]]
