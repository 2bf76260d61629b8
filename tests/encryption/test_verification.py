"""``verify_sealed`` finds what was moved, altered or indexed wrongly, and names the place without the value."""

import io
import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from hardening.encryption import verification
from hardening.encryption.binding import encode_binding
from hardening.encryption.operations import LocalOperations
from hardening.encryption.sealed_table import KeyRange, sealed_tables
from hardening.keys.ring import KeyRing, adopt_key_ring
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Contact, Insured, Patient, Policy
from tests.encryption.second_keys import with_second

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire() -> Patient:
    return Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, note="seen")


@pytest.fixture
def amine() -> Patient:
    return Patient.objects.create(nir=AMINE_NIR)


def verify(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    with suppress(CommandError):
        call_command("verify_sealed", "--json", *options, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    assert not {CLAIRE_NIR, AMINE_NIR} & set(out.getvalue().split('"'))
    return told


def put(patient: Patient, blob: bytes) -> None:
    with connection.cursor() as cursor:
        key = Patient._meta.pk.get_db_prep_value(patient.pk, connection)
        cursor.execute("UPDATE records_patient SET nir = %s WHERE id = %s", [blob, key])


def finding(patient: Patient, what: str) -> dict[str, str]:
    return {"model": "records.Patient", "pk": str(patient.pk), "field": "nir", "what": what}


@pytest.mark.usefixtures("claire", "amine")
def test_sound_values_of_every_kind_of_row_give_no_finding() -> None:
    Contact.objects.create(phone="1", email="claire@example.org")
    Policy.objects.create(number="N1", nir=CLAIRE_NIR, member="M")
    Patient.objects.create(nir="")

    assert verify() == {"values": 8, "found": 0, "listed": []}


def test_a_value_pasted_into_another_row_is_found(claire: Patient, amine: Patient) -> None:
    put(amine, claire.nir.blob())

    told = verify()

    assert told["listed"] == [finding(amine, verification.DOES_NOT_OPEN)]


@pytest.mark.parametrize("position", [4, 20, 40, 55])
def test_an_altered_byte_is_found(claire: Patient, position: int) -> None:
    blob = bytearray(claire.nir.blob())
    blob[position] ^= 1
    put(claire, bytes(blob))

    assert verify()["listed"] == [finding(claire, verification.DOES_NOT_OPEN)]


def test_a_value_under_a_key_that_nobody_has_is_found(claire: Patient) -> None:
    blob = claire.nir.blob()
    put(claire, blob[:2] + b"\x7f\xfe" + blob[4:])

    assert verify()["listed"] == [finding(claire, verification.UNKNOWN_KEY)]


@pytest.mark.parametrize("number", [21, 22], ids=["odd", "even"])
def test_c8_an_index_under_a_former_index_key_is_found(claire: Patient, key_ring: KeyRing, number: int) -> None:
    """After a promotion that no rotation of indexes followed, look-ups would find nobody."""
    adopt_key_ring(KeyRing(with_second(key_ring.keys, keyset="index", number=number)))
    try:
        told = verify("--model", "records.Patient")
    finally:
        adopt_key_ring(key_ring)

    assert finding(claire, verification.FOREIGN_INDEX) in told["listed"]
    assert told["found"] == 2


def test_c5_a_companion_that_somebody_made_an_ordinary_column_is_found(claire: Patient, key_ring: KeyRing) -> None:
    (table,) = sealed_tables("records.Patient")
    (row,) = table.rows(KeyRange(), limit=1)
    findings, local = verification.Findings(), LocalOperations(key_ring)

    verification.verify_row(table, row._replace(companions=((None,), *row.companions[1:])), local, findings)

    assert findings.listed == [("records.Patient", str(claire.pk), "nir", verification.STALE_COMPANION)]


def test_a_finding_ends_with_status_1_and_in_words(claire: Patient, amine: Patient) -> None:
    put(amine, claire.nir.blob())
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_sealed", stdout=out)

    assert f"records.Patient nir: {verification.DOES_NOT_OPEN}: {amine.pk}\n" in out.getvalue()


def test_a_finding_of_many_rows_takes_one_line(claire: Patient) -> None:
    for _ in range(12):
        put(Patient.objects.create(), claire.nir.blob())
    out = io.StringIO()

    with pytest.raises(CommandError, match="12 findings"):
        call_command("verify_sealed", stdout=out)

    (line,) = [line for line in out.getvalue().splitlines() if verification.DOES_NOT_OPEN in line]
    assert line.endswith(" and 2 more (--json names them)")


@pytest.mark.parametrize("slot", [0, 1, 2])
def test_c5_a_stale_companion_of_any_part_is_found(key_ring: KeyRing, slot: int) -> None:
    insured = Insured.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)
    (table,) = sealed_tables("records.Insured")
    (row,) = table.rows(KeyRange(), limit=1)
    findings, local = verification.Findings(), LocalOperations(key_ring)
    of_nir = list(row.companions[0])
    of_nir[slot] = insured.pk

    verification.verify_row(table, row._replace(companions=((*of_nir,), *row.companions[1:])), local, findings)

    assert findings.listed == [("records.Insured", str(insured.pk), "nir", verification.STALE_COMPANION)]
    assert verify("--model", "records.Insured")["found"] == 0


def test_c5_an_index_of_another_part_is_found(key_ring: KeyRing) -> None:
    """Sealed by a portal that lists the same number of other parts: its rows answer to wrong years."""
    insured = Insured.objects.create(nir=CLAIRE_NIR)
    field = Insured._meta.get_field("nir")
    place = replace(field.place, index_domains=field.place.index_domains[:1] + field.place.index_domains[:0:-1])
    plain = field.codec.encode(CLAIRE_NIR)
    blob = LocalOperations(key_ring).seal(
        plain, place=place, binding=encode_binding(insured.pk), normals=field.normals(CLAIRE_NIR)
    )
    with connection.cursor() as cursor:
        key = Insured._meta.pk.get_db_prep_value(insured.pk, connection)
        cursor.execute("UPDATE records_insured SET nir = %s WHERE id = %s", [blob, key])

    assert [found["what"] for found in verify()["listed"]] == [verification.FOREIGN_INDEX]
