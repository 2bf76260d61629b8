"""What is committed before anybody is shown, and that whatever breaks shows nobody (A2, R22). Real connections."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections, transaction
from django.http import HttpRequest
from pytest_django.fixtures import Settings

from hardening.disclosure.disclose import disclose
from hardening.disclosure.disclosed_record import DisclosedRecord
from hardening.disclosure.models import HeldCharge, LedgerRow, StoreEpoch, Tally
from hardening.disclosure.stores.choosing import budget_store
from hardening.errors import StoreUnavailableError
from hardening.events import DisclosureDenied, Event, PersonDisclosed, SearchMissed, occurred
from tests.breakages import Breakage, address_of, disk_full, store_gone
from tests.disclosure.conftest import AskedBy
from tests.disclosure.pages import FIELDS
from tests.disclosure.people.cast import NOBODY, ODILE, PAUL, Who, insure
from tests.disclosure.people.models import Insured

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
    pytest.mark.usefixtures("serving"),
]


GIVEN_UP_AFTER = 0.4
"""Seconds: 250 ms of waiting for the lock, and a busy machine around it."""


class TornDownError(Exception):
    pass


def look_up(request: HttpRequest, who: Who) -> DisclosedRecord | None:
    with disclose(request, purpose="rights_check", fields=FIELDS) as disclosure:
        record = disclosure.match(Insured.objects.filter(nir=who.nir), birth_date=who.birth_date)
        return disclosure.open(record) if record else None


def tenths() -> int:
    return budget_store().use_of(practitioner="benali").tenths


@contextmanager
def refusing(event: type[Event]) -> Iterator[None]:
    def refuse(**_: object) -> None:
        raise TornDownError

    occurred.connect(refuse, sender=event)
    try:
        yield
    finally:
        occurred.disconnect(refuse, sender=event)


@contextmanager
def held() -> Iterator[None]:
    """Somebody else holds the counts and does not let go."""
    if connections["hardening"].vendor == "postgresql":
        with psycopg.connect(**address_of("hardening")) as other:
            other.execute("SELECT FROM hardening_disclosure_tally FOR UPDATE")
            yield
            other.rollback()
    else:
        file = sqlite3.connect(connections["hardening"].settings_dict["NAME"], isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
        yield
        file.rollback()
        file.close()


broken = pytest.mark.parametrize("breakage", [store_gone, disk_full, held], ids=lambda breakage: breakage.__name__)


@broken
@pytest.mark.parametrize("who", [ODILE, NOBODY], ids=["insured", "unknown"])
def test_a_store_that_does_not_answer_shows_nobody(asked_by: AskedBy, breakage: Breakage, who: Who) -> None:
    insure(ODILE)
    look_up(asked_by(), PAUL)
    with breakage(), pytest.raises(StoreUnavailableError):
        look_up(asked_by(), who)

    assert not LedgerRow.objects.of_people().exists()


def test_a_lock_that_does_not_come_is_given_up(asked_by: AskedBy) -> None:
    look_up(asked_by(), NOBODY)
    with held():
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            look_up(asked_by(), NOBODY)
        assert time.monotonic() - began < GIVEN_UP_AFTER


@pytest.mark.parametrize(("who", "event"), [(ODILE, PersonDisclosed), (NOBODY, SearchMissed)])
def test_a2_without_an_audit_nobody_is_shown_and_nobody_pays(asked_by: AskedBy, who: Who, event: type[Event]) -> None:
    """Retrying through an outage must not use up the day."""
    insure(ODILE)
    with refusing(event):
        for _ in range(5):
            with pytest.raises(StoreUnavailableError):
                look_up(asked_by(), who)

    assert not LedgerRow.objects.exists()
    assert tenths() == 0
    look_up(asked_by(), who)
    assert LedgerRow.objects.count() == 1


def test_a2_a_refusal_that_cannot_be_put_on_record_is_no_answer_either(asked_by: AskedBy) -> None:
    with refusing(DisclosureDenied), pytest.raises(StoreUnavailableError):
        look_up(asked_by(level=0), ODILE)


def test_r22_a_look_up_inside_a_transaction_that_could_take_its_row_back_is_refused(asked_by: AskedBy) -> None:
    insure(ODILE)
    with transaction.atomic(using="hardening"), pytest.raises(StoreUnavailableError):
        look_up(asked_by(), ODILE)

    assert not LedgerRow.objects.exists()


def test_r22_count_and_ledger_outlive_a_rolled_back_view(asked_by: AskedBy) -> None:
    record = insure(ODILE)

    @transaction.atomic
    def view() -> None:
        look_up(asked_by(), ODILE)
        Insured.objects.all().delete()
        raise TornDownError

    with pytest.raises(TornDownError):
        view()

    assert [row.subject for row in LedgerRow.objects.all()] == [record.subject]
    assert tenths() == 10
    assert Insured.objects.count() == 1


def test_the_row_is_committed_before_the_view_has_the_values(asked_by: AskedBy) -> None:
    """I8: seen from another connection, while the view still runs."""
    record = insure(ODILE)
    with disclose(asked_by(), purpose="rights_check", fields=FIELDS) as disclosure:
        disclosure.open(record)
        connections["hardening"].close()
        assert LedgerRow.objects.filter(subject=record.subject).exists()
        assert not HeldCharge.objects.exists()


@pytest.mark.postgresql
def test_a_person_in_the_ledger_is_shown_and_keeps_the_price_of_a_reservation_nobody_settled(
    asked_by: AskedBy, gate: Settings
) -> None:
    """D16: the store breaks after the ledger's commit; an extra row would be a person never shown."""
    gate.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": 400, "start": 400}}}
    insure(ODILE)
    for _ in range(5):
        look_up(asked_by(), NOBODY)
    with psycopg.connect(**address_of("hardening")) as other:

        def lock(**_: object) -> None:
            other.execute("SELECT FROM hardening_disclosure_tally WHERE scope = 'practitioner' FOR UPDATE")

        occurred.connect(lock, sender=PersonDisclosed)
        try:
            shown = look_up(asked_by(), ODILE)
        finally:
            occurred.disconnect(lock, sender=PersonDisclosed)
        other.rollback()

    assert shown is not None
    assert shown.last_name == "Ferrand"
    assert tenths() == 5 * 10 + 30
    assert HeldCharge.objects.count() == 1


def test_d18_a_store_that_was_set_back_shows_nobody(asked_by: AskedBy) -> None:
    insure(ODILE)
    for who in (PAUL, ODILE):
        look_up(asked_by(), who)
    Tally.objects.filter(scope="practitioner").update(numbered=1)

    with pytest.raises(StoreUnavailableError, match="set back"):
        look_up(asked_by(), ODILE)

    assert LedgerRow.objects.of_people().count() == 1


def test_d18_a_new_epoch_begins_its_numbers_again(asked_by: AskedBy) -> None:
    look_up(asked_by(), PAUL)
    StoreEpoch.objects.all().delete()
    Tally.objects.all().delete()

    look_up(asked_by(), PAUL)

    assert [row.number for row in LedgerRow.objects.all()] == [1, 1]
    assert len({row.epoch for row in LedgerRow.objects.all()}) == 2


def test_the_in_process_store_is_a_store_for_tests_alone(gate: Settings) -> None:
    gate.HARDENING_DISCLOSURE |= {"store": "in_process"}

    assert type(budget_store()).__name__ == "InProcessStore"
