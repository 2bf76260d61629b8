from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from hardening import clock, request_ids
from hardening.audit.canonical import LedgerRow, canonical, rows_digest
from hardening.audit.models import Entry
from hardening.audit.recording import body_of, entry_of, record
from hardening.clients import Client
from hardening.events import PasswordAccepted, PersonDisclosed, emit
from hardening.subjects import SubjectId
from hardening.testing.statements import counted_statements

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
AT_HOME = Client(address="203.0.113.7", network="203.0.113.0/24", browser="Firefox, Linux")
CLAIRE = "c1a1e000-0000-4000-8000-000000000001"
SOMEBODY = SubjectId(UUID("00010000-0000-4000-8000-00000000000a"))

RIGHT_PASSWORD = PasswordAccepted(at=NOON, account=CLAIRE, client=AT_HOME, session="s-1")
SHOWN = PersonDisclosed(
    at=NOON,
    account=CLAIRE,
    actor="practitioner-7",
    establishment="practice-3",
    subject=SOMEBODY,
    purpose="rights_check",
    field_classes=("identity",),
    controller="insurer-2",
    disclosure="d-1",
)


def test_an_event_is_one_entry() -> None:
    emit(RIGHT_PASSWORD)

    entry = Entry.objects.get()
    assert (entry.at, entry.name, entry.account, entry.session) == (NOON, "login.password.accepted", CLAIRE, "s-1")


def test_an_entry_costs_one_statement() -> None:
    with counted_statements() as statements:
        emit(SHOWN)

    assert len(statements) == 1
    assert statements.sql[0].startswith("INSERT INTO")


def test_an_entry_keeps_the_network_and_a_keyed_digest_but_no_address() -> None:
    emit(RIGHT_PASSWORD)
    emit(replace(RIGHT_PASSWORD, client=replace(AT_HOME, address="203.0.113.8")))

    first, second = Entry.objects.order_by("id")
    assert first.network == second.network == "203.0.113.0/24"
    assert first.address_digest != second.address_digest
    assert "203.0.113.7" not in str(vars(first))


def test_an_entry_carries_the_reference_that_the_person_quotes_to_support() -> None:
    with request_ids.assigned("k7m2pq9xw4ta"):
        emit(RIGHT_PASSWORD)

    assert Entry.objects.get().request_id == "k7m2pq9xw4ta"


def test_the_person_shown_is_vouched_for_by_a_digest_that_survives_the_erasure_of_the_name() -> None:
    emit(SHOWN)

    entry = Entry.objects.get()
    salt = bytes(entry.rows_salt or b"")
    assert entry.subject == SOMEBODY
    assert body_of(entry).rows_digest == rows_digest([LedgerRow("d-1", SOMEBODY)], salt=salt)
    assert str(SOMEBODY) not in entry.payload


def test_the_same_person_shown_twice_has_two_digests() -> None:
    assert entry_of(SHOWN).rows_digest != entry_of(SHOWN).rows_digest


def test_what_is_read_back_has_the_bytes_that_were_written() -> None:
    entry = record(SHOWN)

    assert canonical(body_of(Entry.objects.get())) == canonical(body_of(entry))


def test_an_entry_has_its_place_for_the_seal_and_no_seal_yet() -> None:
    emit(RIGHT_PASSWORD)
    emit(RIGHT_PASSWORD)

    first, second = Entry.objects.order_by("id")
    assert first.writer == second.writer
    assert second.wseq == first.wseq + 1
    assert first.mac is None


def test_who_acted_on_somebody_elses_account_stands_in_a_column() -> None:
    emit(SHOWN)
    assert Entry.objects.get().actor == "practitioner-7"


def test_an_entry_is_dated_by_its_event_not_by_the_database() -> None:
    with clock.frozen(datetime(2027, 1, 1, tzinfo=UTC)):
        emit(RIGHT_PASSWORD)
    assert Entry.objects.get().at == NOON
