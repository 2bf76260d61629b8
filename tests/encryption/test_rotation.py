"""Every sealed value is put under the primary key, and the summary says what a fresh count shows."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hardening.encryption.census import values_by_key
from hardening.encryption.index_fences import raise_fence
from hardening.encryption.operations import LocalOperations
from hardening.encryption.sealed_table import SealedTable, sealed_tables
from hardening.encryption.swapping import swap_blobs
from hardening.errors import DecryptionError
from hardening.keys.ring import KeyRing, adopt_key_ring, key_ring
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.conftest import RightsCheck
from tests.encryption.earlier import sealed_earlier
from tests.encryption.records.models import Contact, Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire() -> Patient:
    return Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, note="seen", ward="north")


@pytest.fixture
def newer(claire: Patient, key_ring: KeyRing) -> Iterator[KeyRing]:
    """A ring whose second encryption key is the primary one; what stands was sealed before it came."""
    assert claire.nir.blob()
    with sealed_earlier(key_ring) as ring:
        yield ring


def rotate(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rotate_keys", "--json", *options, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def blobs(patient: Patient) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nir, birth_date, note FROM records_patient WHERE ward = %s", [patient.ward])
        return [bytes(blob) for blob in cursor.fetchone()]


def test_c8_everything_stands_under_the_new_key_afterwards_by_a_fresh_count(newer: KeyRing) -> None:
    old = newer.keys[0].id

    told = rotate()

    assert values_by_key() == {21: 6}
    assert (told["values_before"], told["values_after"]) == ({str(old): 6}, {"21": 6})
    assert (told["rows_rotated"], told["values_left"], told["values_that_do_not_open"]) == (3, 0, 0)


@pytest.mark.usefixtures("newer")
def test_values_look_ups_and_indexes_are_the_same_afterwards(claire: Patient, rights_check: RightsCheck) -> None:
    index = claire.nir.indexes()

    rotate()

    found = Patient.objects.get(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)
    rights_check.subject = None
    assert found.nir.indexes() == index
    assert found.nir.reveal() == CLAIRE_NIR
    assert Contact.objects.get(email="claire@example.org").phone == "1"


@pytest.mark.usefixtures("newer")
def test_all_columns_of_a_row_are_written_by_one_statement_that_holds_no_value() -> None:
    """C7, C17."""
    with CaptureQueriesContext(connection) as statements:
        rotate("--model", "records.Patient")

    updates = [query["sql"] for query in statements if "UPDATE" in query["sql"]]
    assert len(updates) == 1
    assert not [query for query in statements if CLAIRE_NIR in query["sql"] or "seen" in query["sql"]]


@pytest.mark.usefixtures("newer")
def test_what_stands_under_the_primary_key_is_not_touched(claire: Patient) -> None:
    rotate()
    before = blobs(claire)

    assert rotate()["rows_rotated"] == 0
    assert blobs(claire) == before


@pytest.mark.usefixtures("newer")
def test_a_dry_run_counts_and_writes_nothing(claire: Patient) -> None:
    before = blobs(claire)

    told = rotate("--dry-run")

    assert blobs(claire) == before
    assert told["values_left"] == 6
    assert told["rows_rotated"] == 0


def test_only_the_model_that_is_named_is_rotated(newer: KeyRing) -> None:
    told = rotate("--model", "records.Policy")

    assert told["values_after"] == {"21": 1}
    assert values_by_key() == {newer.keys[0].id: 5, 21: 1}


@pytest.mark.usefixtures("newer")
def test_c3_c8_what_does_not_open_is_named_left_alone_and_ends_with_status_1(claire: Patient) -> None:
    other = Patient.objects.create()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_patient SET nir = %s WHERE ward = ''", [blobs(claire)[0]])
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 values do not stand under key 21"):
        call_command("rotate_keys", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert told["listed"] == [{"model": "records.Patient", "pk": str(other.pk), "field": "nir"}]
    assert told["rows_rotated"] == 3
    assert CLAIRE_NIR not in out.getvalue()


@pytest.mark.usefixtures("newer")
def test_a_concurrent_write_wins_and_its_row_is_read_again(
    claire: Patient, monkeypatch: pytest.MonkeyPatch, rights_check: RightsCheck, key_ring: KeyRing
) -> None:
    """A process that has not read the new ring yet writes between the reading and the swap."""
    newer: list[bool] = []

    def after_a_write(table: SealedTable, swaps: Any) -> int:
        if not newer:
            newer.append(True)
            blob = older_blob(key_ring, claire)
            with connection.cursor() as cursor:
                key = Patient._meta.pk.get_db_prep_value(claire.pk, connection)
                cursor.execute("UPDATE records_patient SET nir = %s WHERE id = %s", [blob, key])
        return swap_blobs(table, swaps)

    monkeypatch.setattr("hardening.encryption.rotation.swap_blobs", after_a_write)

    told = rotate("--model", "records.Patient")

    rights_check.subject = None
    assert told["rows_lost_to_writers_and_read_again"] == 1
    assert told["values_left"] == 0
    assert Patient.objects.get(pk=claire.pk).nir.reveal() == AMINE_NIR


def older_blob(ring: KeyRing, row: Patient) -> bytes:
    current = key_ring()
    adopt_key_ring(ring)
    try:
        return Patient._meta.get_field("nir").seal_for(row, AMINE_NIR)
    finally:
        adopt_key_ring(current)


def test_c17_a_run_holds_one_batch_in_memory_however_long_the_table_is(newer: KeyRing, key_ring: KeyRing) -> None:
    adopt_key_ring(key_ring)
    Patient.objects.bulk_create(Patient(nir=CLAIRE_NIR, note="seen") for _ in range(8_000))
    adopt_key_ring(newer)
    connection.queries_log.clear()
    tracemalloc.start()

    told = rotate("--batch-size", "200")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told["rows_rotated"] == 8_003
    assert peak < 4_000_000  # the blobs alone, read at once and written at once, are more


@pytest.mark.usefixtures("newer")
def test_what_the_database_refuses_on_the_way_is_told_without_the_row(claire: Patient) -> None:
    (table,) = sealed_tables("records.Patient")
    raise_fence(table, Patient._meta.get_field("nir"), forms=[0])

    refused = pytest.raises(CommandError, match="the database refused: this process has not taken up the rotation")
    with refused as told, transaction.atomic():
        rotate("--model", "records.Patient")

    assert str(claire.pk) not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_model_without_sealed_columns_is_refused() -> None:
    with pytest.raises(CommandError, match="no sealed column"):
        call_command("rotate_keys", "--model", "records.Visit")


@pytest.mark.parametrize("option", ["--workers=0", "--batch-size=0", "--rate=-1"])
def test_numbers_that_make_no_sense_are_refused(option: str) -> None:
    with pytest.raises(CommandError, match="at least"):
        call_command("rotate_keys", option)


@pytest.mark.usefixtures("newer")
def test_the_rate_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("hardening.encryption.ranged_work.sleep", slept.append)

    rotate("--model", "records.Patient", "--rate", "0.01")

    assert [round(seconds, -1) for seconds in slept] == [100]


def test_the_words_of_the_summary_say_the_same(newer: KeyRing) -> None:
    out = io.StringIO()

    call_command("rotate_keys", stdout=out)

    assert f"Sealed values before: key {newer.keys[0].id}: 6" in out.getvalue()
    assert "Sealed values after: key 21: 6" in out.getvalue()


def test_ranges_are_disjoint_and_the_last_has_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardening.encryption.sealed_table.RANGE_ROWS", 2)
    keys = sorted(row.pk for row in Patient.objects.bulk_create([Patient(nir=CLAIRE_NIR) for _ in range(5)]))
    (table,) = sealed_tables("records.Patient")

    ranges = list(table.ranges())

    assert [bound.until for bound in ranges] == [keys[1], keys[3], None]
    assert [len(table.rows(bound, limit=9)) for bound in ranges] == [2, 2, 1]


def test_resealing_refuses_what_does_not_open(claire: Patient) -> None:
    field = Patient._meta.get_field("nir")

    with pytest.raises(DecryptionError):
        LocalOperations(key_ring()).reseal(claire.nir.blob(), place=field.place, binding=b"another row")
