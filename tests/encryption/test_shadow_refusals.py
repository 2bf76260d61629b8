"""What a shadow copy could not take over exactly is told by name before anything is made."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg import IsolationLevel

from hardening.keys.ring import KeyRing, adopt_key_ring
from tests.encryption.cast import AMINE_NIR
from tests.encryption.records.models import Policy
from tests.encryption.second_keys import record, with_second
from tests.encryption.shadowing import altered, portrait_of, rooms, rotate

databases = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

CASES = [
    (
        "ALTER TABLE records_policy ADD rights aclitem",
        "ALTER TABLE records_policy DROP rights",
        "column rights is of a type without a binary form",
    ),
    ("CREATE VIEW seen AS SELECT reason FROM records_policy", "DROP VIEW seen", "view seen depends on it"),
    ("CREATE RULE kept AS ON DELETE TO records_policy DO NOTHING", "DROP RULE kept ON records_policy", "rule kept on"),
    (
        "ALTER TABLE records_policy ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE records_policy DISABLE ROW LEVEL SECURITY",
        "row-level security",
    ),
    ("CREATE POLICY own ON records_policy USING (true)", "DROP POLICY own ON records_policy", "row-level policy own"),
    ("CREATE PUBLICATION told FOR TABLE records_policy", "DROP PUBLICATION told", "published by told"),
    ("CREATE PUBLICATION told FOR ALL TABLES", "DROP PUBLICATION told", "published by told"),
    ("CREATE TABLE child () INHERITS (records_policy)", "DROP TABLE child", "child inherits from it"),
    (
        "CREATE STATISTICS both_of ON reason, number FROM records_policy",
        "DROP STATISTICS both_of",
        "extended statistics on it: both_of",
    ),
    ("CREATE TABLE copied (of records_policy)", "DROP TABLE copied", "column of of table copied depends on it"),
    (
        "CREATE FUNCTION one() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM records_policy; END",
        "DROP FUNCTION one",
        "function one",
    ),
    (
        "ALTER TABLE records_policy REPLICA IDENTITY FULL",
        "ALTER TABLE records_policy REPLICA IDENTITY DEFAULT",
        "table",
    ),
    (
        "COMMENT ON INDEX records_policy_pkey IS 'first'",
        "COMMENT ON INDEX records_policy_pkey IS NULL",
        "would not be the same: index",
    ),
    (
        "ALTER TABLE records_policy ADD CONSTRAINT later CHECK (reason <> 'x') NOT VALID",
        "ALTER TABLE records_policy DROP CONSTRAINT later",
        "would not be the same: constraint",
    ),
    (
        "CREATE ROLE records_other; ALTER TABLE records_policy OWNER TO records_other",
        "ALTER TABLE records_policy OWNER TO CURRENT_USER; DROP ROLE records_other",
        "it belongs to records_other",
    ),
    (
        """
        CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER noted BEFORE UPDATE ON records_policy FOR EACH ROW EXECUTE FUNCTION noted();
        ALTER TABLE records_policy DISABLE TRIGGER noted
        """,
        "DROP FUNCTION noted CASCADE",
        "trigger noted is not in its ordinary state",
    ),
]


@pytest.fixture
def sealed(key_ring: KeyRing) -> Iterator[None]:
    Policy.objects.create(number="N1", nir=AMINE_NIR)
    ring = KeyRing(with_second(key_ring.keys))
    record(ring)
    adopt_key_ring(ring)
    yield
    adopt_key_ring(key_ring)
    record(key_ring)


@pytest.mark.postgresql
@databases
@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize(("statement", "back", "told"), CASES, ids=[told for _, _, told in CASES])
def test_what_could_not_be_the_same_is_refused_by_name(statement: str, back: str, told: str) -> None:
    with altered(statement, back=back):
        before = portrait_of("records.Policy")

        foreseen = rotate("--dry-run", "--model", "records.Policy")["shadow"][0]["in_the_way"]
        with pytest.raises(CommandError, match=f"records.Policy: .*{told}.*--strategy batch"):
            rotate("--model", "records.Policy")

        assert [sentence for sentence in foreseen if told in sentence]
        assert (portrait_of("records.Policy"), rooms()) == (before, [])


@pytest.mark.postgresql
@databases
@pytest.mark.usefixtures("sealed")
def test_a_database_of_repeatable_reads_is_refused() -> None:
    """A transaction with a snapshot from before the exchange would find the copy empty."""
    set_to = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {}', current_database()); END $$"
    level = "SET default_transaction_isolation = ''repeatable read''"

    with altered(set_to.format(level), back=set_to.format("RESET ALL")), pytest.raises(CommandError, match="isolation"):
        rotate("--model", "records.Policy")

    assert rooms() == []


@pytest.mark.postgresql
@databases
@pytest.mark.usefixtures("sealed")
def test_a_foreign_key_whose_rows_break_it_is_refused() -> None:
    made = (
        "CREATE TABLE claims (policy bigint); INSERT INTO claims VALUES (-1);"
        "ALTER TABLE claims ADD CONSTRAINT claimed FOREIGN KEY (policy) REFERENCES records_policy NOT VALID"
    )

    with altered(made, back="DROP TABLE claims"), pytest.raises(CommandError, match="the foreign key claimed"):
        rotate("--model", "records.Policy")


@pytest.mark.postgresql
@databases
@pytest.mark.usefixtures("sealed")
def test_so_is_a_project_that_asks_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "isolation_level", IsolationLevel.SERIALIZABLE)

    with pytest.raises(CommandError, match="isolation"):
        rotate("--model", "records.Policy")


@pytest.mark.django_db
def test_neither_on_sqlite_nor_inside_a_transaction_does_it_run_and_batches_are_named() -> None:
    with transaction.atomic(), pytest.raises(CommandError, match="--strategy batch"):
        rotate("--model", "records.Policy")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("option", ["--workers=0", "--lock-tries=0", "--lock-timeout=0", "--rate=-1"])
def test_numbers_that_make_no_sense_are_refused(option: str) -> None:
    with pytest.raises(CommandError, match="at least"):
        rotate(option)


@pytest.mark.django_db
def test_abandon_belongs_to_the_shadow_copy() -> None:
    with pytest.raises(CommandError, match="--strategy shadow"):
        call_command("rotate_keys", "--abandon")
