"""rotate_keys --strategy shadow: the copy is the same table, under the new key, whatever happens meanwhile."""

import io
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from hardening.encryption.census import values_by_key
from hardening.encryption.shadow.building import build_indexes
from hardening.keys.ring import KeyRing
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.conftest import RightsCheck
from tests.encryption.earlier import sealed_earlier
from tests.encryption.records.models import Contact, Patient, Policy, Visit
from tests.encryption.shadowing import altered, held, portrait_of, rooms, rotate, rows

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
]
HURRIED = ["--lock-timeout", "0.05", "--lock-tries", "2"]


@pytest.fixture
def claire() -> Patient:
    return Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, note="seen", ward="north")


@pytest.fixture
def newer(claire: Patient, key_ring: KeyRing) -> Iterator[KeyRing]:
    """A ring whose second encryption key is the primary one; what stands was sealed before it came."""
    Visit.objects.create(patient=claire, label="first")
    with sealed_earlier(key_ring) as ring:
        yield ring
        if rooms():
            call_command("rotate_keys", "--strategy", "shadow", "--abandon", stdout=io.StringIO())


def test_c8_everything_stands_under_the_new_key_afterwards_by_a_fresh_count(newer: KeyRing) -> None:
    old = newer.keys[0].id

    told = rotate()

    assert values_by_key() == {21: 6}
    assert (told["values_before"], told["values_after"]) == ({str(old): 6}, {"21": 6})
    assert (told["rows_rotated"], told["values_left"], told["values_that_do_not_open"]) == (3, 0, 0)
    assert rooms() == []


@pytest.mark.usefixtures("newer")
def test_values_look_ups_and_indexes_are_the_same_afterwards(claire: Patient, rights_check: RightsCheck) -> None:
    index = claire.nir.indexes()

    rotate()

    found = Patient.objects.get(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)
    rights_check.subject = None
    assert (found.nir.indexes(), found.ward, found.family_name) == (index, "north", "")
    assert found.nir.reveal() == CLAIRE_NIR
    assert Contact.objects.get(email="claire@example.org").phone == "1"


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("model", ["records.Patient", "records.Contact", "records.Policy"])
def test_names_constraints_indexes_keys_and_sequences_are_the_same_afterwards(model: str) -> None:
    before = portrait_of(model)

    rotate("--model", model)

    assert portrait_of(model) == before


@pytest.mark.usefixtures("newer")
def test_rights_options_comments_and_triggers_are_the_same_afterwards() -> None:
    noting = "CREATE FUNCTION records_noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    statements = [
        "GRANT SELECT, UPDATE ON records_contact TO PUBLIC; GRANT UPDATE (phone) ON records_contact TO pg_monitor",
        "GRANT DELETE ON records_contact TO pg_monitor WITH GRANT OPTION",
        "ALTER TABLE records_contact SET (fillfactor = 70); COMMENT ON TABLE records_contact IS 'it''s the people'",
        "ALTER SEQUENCE records_contact_id_seq RENAME TO contact_numbers; GRANT USAGE ON contact_numbers TO pg_monitor",
        noting,
        "CREATE TRIGGER noted BEFORE UPDATE ON records_contact FOR EACH ROW EXECUTE FUNCTION records_noted()",
    ]
    back = """
        REVOKE ALL ON records_contact FROM PUBLIC, pg_monitor; REVOKE ALL (phone) ON records_contact FROM pg_monitor;
        ALTER TABLE records_contact RESET (fillfactor); COMMENT ON TABLE records_contact IS NULL;
        ALTER SEQUENCE contact_numbers RENAME TO records_contact_id_seq;
        REVOKE ALL ON records_contact_id_seq FROM pg_monitor;
        DROP FUNCTION records_noted CASCADE
    """
    with altered(*statements, back=back):
        before = portrait_of("records.Contact")

        rotate("--model", "records.Contact")

        assert portrait_of("records.Contact") == before
        assert [line for line in before if "noted" in line]


@pytest.mark.usefixtures("newer")
def test_serial_columns_and_keys_within_the_table_are_the_same_afterwards() -> None:
    """Columns that the model does not know are copied too."""
    added = "ALTER TABLE records_policy ADD turn serial, ADD above bigint REFERENCES records_policy DEFERRABLE"
    with altered(
        added, "UPDATE records_policy SET above = id", back="ALTER TABLE records_policy DROP turn, DROP above"
    ):
        before = portrait_of("records.Policy")

        rotate("--model", "records.Policy")

        assert portrait_of("records.Policy") == before
        assert rows("SELECT turn, above = id, nextval('records_policy_turn_seq') FROM records_policy") == [(1, True, 2)]


@pytest.mark.usefixtures("newer")
def test_default_privileges_give_nobody_a_right_to_the_copy() -> None:
    with altered(
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
        back="ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM pg_monitor",
    ):
        rotate("--model", "records.Contact")

        assert rows("SELECT has_table_privilege('pg_monitor', 'records_contact', 'SELECT')") == [(False,)]


@pytest.mark.usefixtures("newer")
def test_numbers_go_on_and_a_unique_value_stays_unique_afterwards() -> None:
    last = Contact.objects.get().pk

    rotate()

    assert Contact.objects.create(phone="2", email="amine@example.org").pk == last + 1
    with pytest.raises(IntegrityError):
        Contact.objects.create(phone="3", email="claire@example.org")


@pytest.mark.usefixtures("newer")
def test_a_foreign_key_to_the_table_is_in_force_and_valid_afterwards(claire: Patient) -> None:
    rotate("--model", "records.Patient")

    valid = "SELECT convalidated FROM pg_constraint WHERE contype = 'f' AND confrelid = 'records_patient'::regclass"
    assert rows(valid) == [(True,)]
    with pytest.raises(IntegrityError):
        rows(f"DELETE FROM records_patient WHERE id = '{claire.pk}'")  # noqa: S608 - of this test


@pytest.mark.usefixtures("newer")
def test_c3_c8_what_does_not_open_is_named_copied_as_it_is_and_ends_with_status_1() -> None:
    other = Patient.objects.create()
    rows("UPDATE records_patient SET nir = (SELECT nir FROM records_patient WHERE ward = 'north') WHERE ward = ''")
    before = rows("SELECT nir FROM records_patient WHERE ward = ''")
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 values do not stand under key 21"):
        call_command("rotate_keys", "--json", "--strategy", "shadow", stdout=out, stderr=io.StringIO())

    told = json.loads(out.getvalue())
    assert told["listed"] == [{"model": "records.Patient", "pk": str(other.pk), "field": "nir"}]
    assert (told["values_that_do_not_open"], told["rows_rotated"]) == (1, 3)
    assert rows("SELECT nir FROM records_patient WHERE ward = ''") == before


@pytest.mark.usefixtures("newer")
def test_a_second_run_copies_nothing() -> None:
    rotate()
    before = rows("SELECT 'records_patient'::regclass::oid")

    assert rotate()["rows_rotated"] == 0
    assert rows("SELECT 'records_patient'::regclass::oid") == before


@pytest.mark.usefixtures("newer")
def test_a_dry_run_tells_disk_and_locks_and_leaves_nothing() -> None:
    before = portrait_of("records.Patient")

    told = rotate("--dry-run", "--model", "records.Patient")

    (foreseen,) = told["shadow"]
    assert foreseen["bytes_of_disk"] > 8192
    assert foreseen["locked_for_a_moment"] == ["public.records_patient", "public.records_visit"]
    assert (foreseen["in_the_way"], foreseen["left_over"], told["values_left"]) == ([], [], 3)
    assert (portrait_of("records.Patient"), rooms()) == (before, [])


@pytest.mark.usefixtures("newer")
def test_the_disk_it_needs_is_told_before_it_begins_and_a_dry_run_says_so_in_words() -> None:
    errors, out = io.StringIO(), io.StringIO()

    call_command("rotate_keys", "--strategy", "shadow", "--dry-run", "--model", "records.Policy", stdout=out)
    call_command("rotate_keys", "--strategy", "shadow", "--model", "records.Policy", stdout=out, stderr=errors)

    assert "A copy of records.Policy needs" in out.getvalue()
    assert "public.records_policy: the copy needs" in errors.getvalue()


@pytest.mark.usefixtures("newer")
def test_the_lock_is_asked_for_again_until_a_reader_has_gone() -> None:
    with held("records_patient") as reader:
        ending = threading.Timer(1.0, reader.run, ["ROLLBACK"])
        ending.start()
        told = rotate("--model", "records.Patient", "--lock-timeout", "0.1")
        ending.join()

    assert told["values_left"] == 0


@pytest.mark.usefixtures("newer")
def test_without_the_lock_the_table_stays_as_it_was_and_can_be_written() -> None:
    before = portrait_of("records.Patient")

    with held("records_patient"), pytest.raises(CommandError, match="was held by others in each of 2 tries"):
        rotate("--model", "records.Patient", *HURRIED)

    Patient.objects.create(nir=AMINE_NIR)
    assert portrait_of("records.Patient") == before
    assert rows("SELECT tgenabled FROM pg_trigger WHERE tgname LIKE 'hardening_shadow%'") == [("D",), ("D",)]
    assert len(rotate("--dry-run", "--model", "records.Patient")["shadow"][0]["left_over"]) == 1


@pytest.mark.usefixtures("newer")
def test_leftovers_are_removed_by_the_next_run_or_by_abandon() -> None:
    out = io.StringIO()
    with held("records_patient"), pytest.raises(CommandError):
        rotate("--model", "records.Patient", *HURRIED)
    left = rooms()

    call_command("rotate_keys", "--strategy", "shadow", "--abandon", "--model", "records.Patient", stdout=out)

    assert len(left) == 1
    assert rooms() == []
    assert rows("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'hardening_shadow%'") == []
    assert "Unfinished copies removed: 1" in out.getvalue()
    assert rotate("--model", "records.Patient")["values_left"] == 0


@pytest.mark.usefixtures("newer")
def test_a_foreign_key_that_a_killed_run_left_unvalidated_is_validated_by_the_next() -> None:
    ((name, definition),) = rows(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND confrelid = 'records_patient'::regclass"
    )
    rows(f"ALTER TABLE records_visit DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {definition} NOT VALID")

    told = rotate("--dry-run", "--model", "records.Patient")
    rotate("--model", "records.Patient")

    assert told["shadow"][0]["left_over"] == [f"the foreign key {name} is in force but not validated"]
    assert rows(f"SELECT convalidated FROM pg_constraint WHERE conname = '{name}'") == [(True,)]  # noqa: S608 - of this test


@pytest.mark.usefixtures("newer")
def test_two_runs_over_one_table_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardening.encryption.shadow.leftovers._WAIT_FOR_THE_DEAD", "100ms")
    ((oid,),) = rows("SELECT 'records_patient'::regclass::oid")

    with held("records_patient") as other:
        other.run("SELECT pg_advisory_lock(%s, %s)", (0x5AAD0, oid))
        with pytest.raises(CommandError, match=r"another run copies public\.records_patient"):
            rotate("--model", "records.Patient")


@pytest.mark.usefixtures("newer")
def test_a_truncate_meanwhile_ends_the_run_and_is_not_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody_meanwhile(monkeypatch, "TRUNCATE records_policy")

    with pytest.raises(CommandError, match="was emptied"):
        rotate("--model", "records.Policy")

    assert Policy.objects.count() == 0
    assert rooms() == []


@pytest.mark.usefixtures("newer")
def test_a_migration_meanwhile_ends_the_run_and_is_not_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody_meanwhile(monkeypatch, "ALTER TABLE records_policy ADD hurried integer")
    try:
        with pytest.raises(CommandError, match=r"was altered meanwhile.*hurried"):
            rotate("--model", "records.Policy")

        assert rows("SELECT hurried FROM records_policy") == [(None,)]
        assert rooms() == []
    finally:
        rows("ALTER TABLE records_policy DROP hurried")


def somebody_meanwhile(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Execute a statement of somebody else's between the copy and the exchange."""

    def building(*given: Any, **named: Any) -> None:
        build_indexes(*given, **named)
        rows(statement)

    monkeypatch.setattr("hardening.encryption.shadow.run.build_indexes", building)


@pytest.mark.usefixtures("newer")
def test_a_value_that_does_not_open_and_is_copied_twice_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Patient.objects.create()
    rows("UPDATE records_patient SET nir = (SELECT nir FROM records_patient WHERE ward = 'north') WHERE ward = ''")
    somebody_meanwhile(monkeypatch, "UPDATE records_patient SET family_name = NULL")
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 values"):
        call_command(
            "rotate_keys",
            "--json",
            "--strategy=shadow",
            "--model=records.Patient",
            stdout=out,
            stderr=io.StringIO(),
        )

    told = json.loads(out.getvalue())
    assert (told["values_that_do_not_open"], told["rows_lost_to_writers_and_read_again"]) == (1, 2)


@pytest.mark.usefixtures("newer")
def test_what_ends_in_the_midst_of_the_exchange_leaves_the_table_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = portrait_of("records.Patient")
    blobs = rows("SELECT id, nir, note FROM records_patient")

    def interrupted(*_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("hardening.encryption.shadow.exchange.copy_oid", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rotate("--model", "records.Patient")

    assert (portrait_of("records.Patient"), rooms()) == (before, [])
    assert rows("SELECT id, nir, note FROM records_patient") == blobs


@pytest.mark.usefixtures("newer")
def test_keys_that_change_meanwhile_are_brought_over(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Policy.objects.get()
    somebody_meanwhile(monkeypatch, f"UPDATE records_policy SET id = {first.pk + 100}")  # noqa: S608 - of this test

    told = rotate("--model", "records.Policy")

    assert [policy.pk for policy in Policy.objects.all()] == [first.pk + 100]
    assert told["values_after"] == {"21": 1}


@pytest.mark.usefixtures("newer")
def test_a_reader_with_a_prepared_statement_goes_on_over_the_exchange() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PREPARE wards AS SELECT ward FROM records_patient")
        cursor.execute("EXECUTE wards")

        rotate("--model", "records.Patient")

        cursor.execute("EXECUTE wards")
        assert cursor.fetchall() == [("north",)]
        cursor.execute("DEALLOCATE wards")


@pytest.mark.usefixtures("newer")
def test_the_rate_is_kept() -> None:
    Patient.objects.bulk_create(Patient(ward="south") for _ in range(999))
    started = time.monotonic()

    rotate("--model", "records.Patient", "--rate", "1000")

    assert time.monotonic() - started > 0.9
