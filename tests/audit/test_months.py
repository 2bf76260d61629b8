from datetime import UTC, date, datetime
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from hardening import clock
from hardening.audit.checks import MONTH_MISSING, check_months
from hardening.audit.models import Entry
from hardening.audit.months import MONTHS
from hardening.events import PasswordChanged, emit

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.postgresql]

FAR = date(2041, 11, 20)
LAST_SECOND = datetime(2041, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
NEW_YEAR = datetime(2042, 1, 1, tzinfo=UTC)


def changed(at: datetime) -> PasswordChanged:
    return PasswordChanged(at=at, account="claire", by="owner")


def partition_of(entry: Entry) -> str:
    with connections["hardening"].cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM hardening_audit_entry WHERE id = %s", [entry.pk])
        return str(cursor.fetchone()[0])


def test_the_turn_of_a_month_nobody_prepared_fails_nothing() -> None:
    emit(changed(LAST_SECOND))
    emit(changed(NEW_YEAR))

    assert {partition_of(entry) for entry in Entry.objects.all()} == {"hardening_audit_entry_other"}


def test_a_month_begins_at_midnight_utc() -> None:
    MONTHS.make(today=FAR, ahead=2)
    emit(changed(LAST_SECOND))
    emit(changed(NEW_YEAR))

    assert [partition_of(entry) for entry in Entry.objects.order_by("at")] == [
        "hardening_audit_entry_2041_12",
        "hardening_audit_entry_2042_01",
    ]


def test_a_month_made_late_takes_its_entries_over_unchanged() -> None:
    emit(changed(LAST_SECOND))
    emit(changed(NEW_YEAR))
    before = list(Entry.objects.order_by("at").values())

    MONTHS.make(today=FAR, ahead=1)

    assert list(Entry.objects.order_by("at").values()) == before
    assert [partition_of(entry) for entry in Entry.objects.order_by("at")] == [
        "hardening_audit_entry_2041_12",
        "hardening_audit_entry_other",
    ]


def test_making_months_twice_makes_them_once() -> None:
    assert MONTHS.make(today=FAR, ahead=1) == ["2041-11", "2041-12"]
    assert MONTHS.make(today=FAR, ahead=1) == []


def test_after_a_migration_a_year_lies_ahead() -> None:
    assert MONTHS.missing(today=clock.now().date(), ahead=12) == []


def test_check_says_before_the_months_run_out() -> None:
    with clock.frozen(NEW_YEAR):
        (warning,) = check_months(databases=["hardening"])

    assert warning.id == MONTH_MISSING
    assert "2042-01, 2042-02, 2042-03" in warning.msg


def test_check_says_nothing_while_they_last() -> None:
    assert check_months(databases=["hardening"]) == []
    assert check_months(databases=["default"]) == []


def test_the_command_says_what_it_would_make_and_then_makes_it() -> None:
    with clock.frozen(NEW_YEAR):
        assert run_command("--ahead=1", "--dry-run") == "missing: 2042-01, 2042-02\n"
        assert run_command("--ahead=1") == "made: 2042-01, 2042-02\n"
        assert run_command("--ahead=1", "--json") == "[]\n"


@pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
def test_the_command_gives_up_rather_than_hold_up_the_portal() -> None:
    parameters = connections["hardening"].get_connection_params()
    address = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}
    with psycopg.connect(**address) as other, clock.frozen(NEW_YEAR):
        other.execute("LOCK TABLE hardening_audit_entry_other IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(CommandError, match="nothing was made"):
            run_command("--ahead=0")
        other.rollback()

    assert MONTHS.missing(today=NEW_YEAR.date(), ahead=0) == ["2042-01"]


def run_command(*arguments: str) -> str:
    said = StringIO()
    call_command("make_audit_months", *arguments, stdout=said)
    return said.getvalue()
