"""The ledger takes rows and gives none back; a month begins without anybody; a number is used once."""

from datetime import UTC, date, datetime
from io import StringIO
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connections, transaction

from hardening import clock
from hardening.disclosure.checks import MONTH_MISSING, check_months
from hardening.disclosure.ledger import Charge, write
from hardening.disclosure.models import AccountState, LedgerRow
from hardening.disclosure.months import MONTHS
from hardening.errors import AccountFrozen, StoreUnavailableError
from tests.disclosure.cast import ALICE, NOON

pytestmark = pytest.mark.django_db

FAR = date(2041, 11, 20)
LAST_SECOND = datetime(2041, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
NEW_YEAR = datetime(2042, 1, 1, tzinfo=UTC)

ROW = Charge(
    id=uuid4(),
    epoch="e",
    number=1,
    account="benali",
    practitioner="benali",
    establishment="lyon",
    subject=ALICE,
    purpose="rights_check",
    field_classes="identity,nir",
    controller="mutuelle-a",
    session="s",
    methods="otp,pwd",
    network="203.0.113.0/24",
    request_id="r",
)


def record(at: datetime = NOON, **changes: Any) -> datetime:
    AccountState.objects.get_or_create(account="benali", last_seen=NOON.date())
    with clock.frozen(at), transaction.atomic(using="hardening"):
        return write(Charge(**(vars(ROW) | {"id": uuid4()} | changes)), reference="r")


def partition_of(number: int) -> str:
    with connections["hardening"].cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM hardening_disclosure_ledger WHERE number = %s", [number])
        return str(cursor.fetchone()[0])


class TestAppendOnly:
    """A4."""

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE hardening_disclosure_ledger SET subject = NULL",
            "UPDATE hardening_disclosure_ledger SET account = 'martin' WHERE number = 1",
            "DELETE FROM hardening_disclosure_ledger",
        ],
    )
    def test_the_database_refuses_to_change_or_remove_a_row(self, sql: str) -> None:
        record()
        with (
            pytest.raises(Error, match="append-only"),
            transaction.atomic(using="hardening"),
            connections["hardening"].cursor() as cursor,
        ):
            cursor.execute(sql)

        assert LedgerRow.objects.get().subject == ALICE

    @pytest.mark.postgresql
    @pytest.mark.parametrize(
        "sql",
        [
            "TRUNCATE hardening_disclosure_ledger",
            "TRUNCATE hardening_disclosure_ledger_2026_12",
            "TRUNCATE hardening_disclosure_number",
            "DELETE FROM hardening_disclosure_number",
            "UPDATE hardening_disclosure_number SET number = 9",
            "SET LOCAL session_replication_role = replica; DELETE FROM hardening_disclosure_ledger",
        ],
    )
    def test_nor_by_a_side_door(self, sql: str) -> None:
        with clock.frozen(datetime(2026, 11, 1, tzinfo=UTC)):
            MONTHS.make(today=date(2026, 11, 1))
        record()
        with (
            pytest.raises(Error, match="append-only"),
            transaction.atomic(using="hardening"),
            connections["hardening"].cursor() as cursor,
        ):
            cursor.execute(sql)

    def test_the_manager_says_so_earlier(self) -> None:
        with pytest.raises(TypeError, match="append-only"):
            LedgerRow.objects.all().delete()
        with pytest.raises(TypeError, match="append-only"):
            LedgerRow.objects.update(account="martin")


class TestNumbers:
    """D18."""

    def test_a_number_used_before_is_refused(self, caplog: pytest.LogCaptureFixture) -> None:
        record()
        with pytest.raises(StoreUnavailableError, match="set back"):
            record()

        assert "number 1 of epoch e again" in caplog.text
        assert LedgerRow.objects.count() == 1

    def test_in_another_month_too(self) -> None:
        record(LAST_SECOND)
        with pytest.raises(StoreUnavailableError):
            record(NEW_YEAR)

    def test_another_epoch_or_practitioner_has_numbers_of_its_own(self) -> None:
        record()
        record(epoch="f")
        record(practitioner="martin")

        assert LedgerRow.objects.count() == 3


class TestAccountState:
    def test_a_frozen_account_has_no_row_written(self) -> None:
        AccountState.objects.create(account="benali", frozen_at=NOON, last_seen=NOON.date())
        with pytest.raises(AccountFrozen):
            record()

        assert not LedgerRow.objects.exists()

    def test_nor_has_one_that_the_gate_has_never_met(self) -> None:
        """I6."""
        with pytest.raises(AccountFrozen):
            record(account="stranger")

    def test_a_miss_is_no_person(self) -> None:
        record(subject=None)

        assert not LedgerRow.objects.of_people().exists()
        assert LedgerRow.objects.count() == 1


@pytest.mark.postgresql
class TestMonths:
    """D14."""

    def test_the_turn_of_a_month_nobody_prepared_fails_nothing(self) -> None:
        record(LAST_SECOND, number=1)
        record(NEW_YEAR, number=2)

        assert {partition_of(1), partition_of(2)} == {"hardening_disclosure_ledger_other"}

    def test_a_month_begins_at_midnight_utc(self) -> None:
        MONTHS.make(today=FAR, ahead=2)
        record(LAST_SECOND, number=1)
        record(NEW_YEAR, number=2)

        assert partition_of(1) == "hardening_disclosure_ledger_2041_12"
        assert partition_of(2) == "hardening_disclosure_ledger_2042_01"

    def test_a_month_made_late_takes_its_rows_over_unchanged(self) -> None:
        record(LAST_SECOND, number=1)
        before = list(LedgerRow.objects.values())

        MONTHS.make(today=FAR, ahead=1)

        assert list(LedgerRow.objects.values()) == before
        assert partition_of(1) == "hardening_disclosure_ledger_2041_12"
        with pytest.raises(StoreUnavailableError):
            record(LAST_SECOND, number=1)

    def test_the_questions_after_an_incident_use_an_index_in_every_month(self) -> None:
        MONTHS.make(today=FAR, ahead=1)
        with connections["hardening"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_indexes WHERE tablename = 'hardening_disclosure_ledger_2041_12'"
                " AND indexdef ~ 'account, at|subject, at'"
            )
            assert cursor.fetchone() == (2,)

    def test_after_a_migration_a_year_lies_ahead(self) -> None:
        assert MONTHS.missing(today=clock.now().date(), ahead=12) == []

    def test_a_check_says_before_the_months_run_out(self) -> None:
        with clock.frozen(NEW_YEAR):
            (warning,) = check_months(databases=["hardening"])

        assert warning.id == MONTH_MISSING
        assert check_months(databases=["hardening"]) == []
        assert check_months(databases=["default"]) == []

    def test_the_command_says_what_it_would_make_and_then_makes_it(self) -> None:
        with clock.frozen(NEW_YEAR):
            assert run_command("--ahead=1", "--dry-run") == "missing: 2042-01, 2042-02\n"
            assert run_command("--ahead=1") == "made: 2042-01, 2042-02\n"
            assert run_command("--ahead=1", "--json") == "[]\n"

    @pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
    def test_the_command_gives_up_rather_than_hold_up_the_portal(self) -> None:
        parameters = connections["hardening"].get_connection_params()
        address = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}
        with psycopg.connect(**address) as other, clock.frozen(NEW_YEAR):
            other.execute("LOCK TABLE hardening_disclosure_ledger_other IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(CommandError, match="nothing was made"):
                run_command("--ahead=0")
            other.rollback()

        assert MONTHS.missing(today=NEW_YEAR.date(), ahead=0) == ["2042-01"]


def run_command(*arguments: str) -> str:
    said = StringIO()
    call_command("make_ledger_months", *arguments, stdout=said)
    return said.getvalue()
