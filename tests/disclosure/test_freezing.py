"""D17, A13: after the commit of a freeze no ledger row of the account is committed any more."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from hardening import clock
from hardening.disclosure.disclose import disclose
from hardening.disclosure.freezing import freeze, unfreeze
from hardening.disclosure.models import AccountState, LedgerRow
from hardening.errors import AccountFrozen, StoreUnavailableError
from hardening.events import DisclosureFrozen, DisclosureUnfrozen, Event, PersonDisclosed, occurred
from tests.disclosure.cast import HOUR, NOON
from tests.disclosure.conftest import AskedBy
from tests.disclosure.pages import FIELDS
from tests.disclosure.people.cast import ODILE, PAUL, insure
from tests.disclosure.people.models import Insured

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
    pytest.mark.usefixtures("serving"),
]


def show(asked_by: AskedBy, record: Insured) -> None:
    with disclose(asked_by(), purpose="rights_check", fields=FIELDS) as disclosure:
        disclosure.open(record)


def test_a_frozen_account_shows_nobody_until_it_is_released(asked_by: AskedBy) -> None:
    record = insure(ODILE)
    freeze("benali", by="sophie", reason="phished")
    with pytest.raises(AccountFrozen):
        show(asked_by, record)
    unfreeze("benali", by="sophie", reason="it was him")

    show(asked_by, record)

    assert LedgerRow.objects.count() == 1


def test_freezing_says_who_and_why_once(told: list[Event]) -> None:
    with clock.frozen(NOON):
        freeze("benali", by="sophie", reason="phished")
    with clock.frozen(NOON + HOUR):
        freeze("benali", by="detector", reason="later")
        unfreeze("benali", by="sophie", reason="it was him")
        unfreeze("benali", by="sophie", reason="again")
        unfreeze("nobody", by="sophie", reason="unknown")

    frozen, released = told
    assert isinstance(frozen, DisclosureFrozen)
    assert isinstance(released, DisclosureUnfrozen)
    assert (frozen.at, frozen.actor, frozen.reason) == (NOON, "sophie", "phished")
    assert (released.actor, released.reason) == ("sophie", "it was him")


def test_a_freeze_that_cannot_be_audited_does_not_happen() -> None:
    """A2."""

    def refuse(**_: object) -> None:
        raise ValueError

    occurred.connect(refuse, sender=DisclosureFrozen)
    try:
        with pytest.raises(StoreUnavailableError):
            freeze("benali", by="sophie", reason="phished")
    finally:
        occurred.disconnect(refuse, sender=DisclosureFrozen)

    assert not AccountState.objects.filter(frozen_at__isnull=False).exists()


def test_an_account_may_be_frozen_before_it_was_ever_seen_and_stays_so(asked_by: AskedBy) -> None:
    freeze("benali", by="sophie", reason="phished")
    with pytest.raises(AccountFrozen):
        show(asked_by, insure(ODILE))

    state = AccountState.objects.get(account="benali")
    assert (state.practitioner, state.frozen_reason) == ("benali", "phished")


def test_a_freeze_between_reservation_and_ledger_still_stops_the_showing(asked_by: AskedBy) -> None:
    """A13: whoever checks only at the start of a request shows this person."""
    record = insure(ODILE)

    def show_after_a_freeze() -> None:
        with disclose(asked_by(), purpose="rights_check", fields=FIELDS) as disclosure:
            freeze("benali", by="sophie", reason="phished")
            disclosure.open(record)

    with pytest.raises(AccountFrozen) as refusal:
        show_after_a_freeze()

    assert refusal.value.reason == "frozen"
    assert not LedgerRow.objects.exists()


def test_a_miss_is_no_way_to_ask_after_the_freeze(asked_by: AskedBy) -> None:
    with pytest.raises(AccountFrozen), disclose(asked_by(), purpose="rights_check", fields=FIELDS):
        freeze("benali", by="sophie", reason="phished")

    assert not LedgerRow.objects.exists()


@pytest.mark.postgresql
def test_a_freeze_waits_for_the_row_that_is_being_written(asked_by: AskedBy) -> None:
    record, writing, done = insure(ODILE), threading.Event(), []

    def hold(**_: object) -> None:
        writing.set()
        time.sleep(0.15)
        done.append("written")

    def show_slowly() -> None:
        try:
            show(asked_by, record)
        finally:
            connections.close_all()

    occurred.connect(hold, sender=PersonDisclosed)
    try:
        with ThreadPoolExecutor(1) as pool:
            shown = pool.submit(show_slowly)
            assert writing.wait(5)
            freeze("benali", by="sophie", reason="phished")
            assert done == ["written"]
            assert LedgerRow.objects.count() == 1
            shown.result()
    finally:
        occurred.disconnect(hold, sender=PersonDisclosed)


@pytest.mark.postgresql
def test_a13_eight_hammering_sessions_commit_nothing_after_the_freeze(asked_by: AskedBy, gate: Settings) -> None:
    gate.HARDENING_DISCLOSURE |= {
        "professions": {"optician": {"cap": 100_000, "start": 100_000}},
        "newcomer_percent": 100,
    }
    records, is_over = [insure(who) for who in (ODILE, PAUL)], threading.Event()

    def hammer(number: int) -> int:
        shown = 0
        try:
            while not is_over.is_set():
                show(asked_by, records[number % 2])
                shown += 1
        except AccountFrozen:
            pass
        finally:
            connections.close_all()
        return shown

    with ThreadPoolExecutor(8) as pool:
        hammering = [pool.submit(hammer, number) for number in range(8)]
        deadline = time.monotonic() + 20
        while LedgerRow.objects.count() < 40 and time.monotonic() < deadline:
            time.sleep(0.01)
        freeze("benali", by="sophie", reason="phished")
        at_the_commit = LedgerRow.objects.count()
        time.sleep(0.5)
        is_over.set()
        shown = sum(future.result() for future in hammering)

    assert at_the_commit >= 40
    assert LedgerRow.objects.count() == at_the_commit
    assert shown == at_the_commit
