"""What the ledger and the audit say of what was shown, against what was really shown (A1, A2)."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections
from django.http import HttpRequest

from hardening.audit.canonical import LedgerRow as Vouched
from hardening.audit.canonical import rows_digest
from hardening.audit.models import Entry
from hardening.audit.recording import body_of
from hardening.disclosure.disclose import disclose
from hardening.disclosure.models import LedgerRow
from hardening.errors import StepUpRequired, StoreUnavailableError
from hardening.events import DisclosureDenied, PersonDisclosed, SearchMissed
from tests.disclosure.conftest import REFERENCE, AskedBy
from tests.disclosure.pages import FIELDS
from tests.disclosure.people.cast import LENA, NOBODY, ODILE, PAUL, TOM, Who, insure
from tests.disclosure.people.models import Insured

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("serving")]

GIVEN_UP_AFTER = 1.0
"""Seconds: a quarter of one for the lock, and a busy machine around it."""


def shown_to(request: HttpRequest, who: Who) -> str:
    """Return the name that the response holds, nothing where it holds nobody."""
    found = Insured.objects.filter(nir=who.nir)
    with disclose(request, purpose="rights_check", fields=FIELDS) as disclosure:
        record = disclosure.match(found, birth_date=who.birth_date, birth_rank=who.birth_rank)
        return str(disclosure.open(record).last_name) if record else ""


def entries(event: type[PersonDisclosed | SearchMissed | DisclosureDenied]) -> list[Entry]:
    return list(Entry.objects.filter(name=event.name).order_by("id"))


def test_the_people_in_the_responses_are_the_people_in_the_ledger_and_in_the_audit(asked_by: AskedBy) -> None:
    """A1."""
    subjects = {who: insure(who).subject for who in (ODILE, PAUL, LENA, TOM)}
    asked = [ODILE, NOBODY, LENA, ODILE, TOM, NOBODY]

    really = {subjects[who] for who in asked if shown_to(asked_by(), who)}
    with pytest.raises(StepUpRequired):
        shown_to(asked_by(level=0), PAUL)

    assert really == {subjects[ODILE], subjects[LENA], subjects[TOM]}
    assert {row.subject for row in LedgerRow.objects.of_people()} == really
    assert {entry.subject for entry in entries(PersonDisclosed)} == really
    assert len(entries(PersonDisclosed)) == LedgerRow.objects.of_people().count() == 4
    assert (len(entries(SearchMissed)), len(entries(DisclosureDenied))) == (2, 1)


def test_an_entry_vouches_for_its_row_of_the_ledger(asked_by: AskedBy) -> None:
    insure(ODILE)
    shown_to(asked_by(), ODILE)

    (entry,), row = entries(PersonDisclosed), LedgerRow.objects.get()
    assert row.subject is not None
    vouched = rows_digest([Vouched(str(row.pk), row.subject)], salt=bytes(entry.rows_salt or b""))
    assert body_of(entry).rows_digest == vouched
    assert (entry.actor, entry.session, entry.request_id) == ("benali", "session-of-benali", REFERENCE)
    assert entry.details["controller"] == row.controller


def test_no_entry_of_a_look_up_holds_what_was_looked_up(asked_by: AskedBy) -> None:
    """A3, C14."""
    insure(ODILE)
    for who in (ODILE, NOBODY):
        shown_to(asked_by(), who)

    written = " ".join(str(values) for values in Entry.objects.values_list())
    for said in (ODILE.nir, ODILE.nir[:7], NOBODY.nir[:7], "Ferrand", ODILE.birth_date.isoformat()):
        assert said not in re.sub(r"[0-9a-f]{32}|[0-9a-f-]{36}", "", written)


@contextmanager
def audit_locked() -> Iterator[None]:
    """Somebody holds the audit's table, and nothing else."""
    connection = connections["hardening"]
    if connection.vendor == "postgresql":
        parameters = connection.get_connection_params()
        address = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}
        with psycopg.connect(**address) as other:
            other.execute("LOCK TABLE hardening_audit_entry IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
    else:
        file = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
        yield
        file.rollback()
        file.close()


@pytest.mark.parametrize("who", [ODILE, NOBODY], ids=["insured", "unknown"])
def test_while_the_audit_is_locked_nobody_is_shown_and_no_row_remains(asked_by: AskedBy, who: Who) -> None:
    """A2: the table itself, not a receiver made to fail."""
    insure(ODILE)
    with audit_locked():
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            shown_to(asked_by(), who)
        assert time.monotonic() - began < GIVEN_UP_AFTER

    assert not LedgerRow.objects.exists()
    assert not Entry.objects.exists()
