import uuid
from typing import Any

import pytest
from django.db import connection, transaction

from hardening.encryption.fields import SealedTextField
from hardening.encryption.refusals import SealedValueError, SealedWriteError
from hardening.encryption.sealed import Sealed
from hardening.errors import DecryptionError
from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR
from tests.encryption.records.models import Contact, Patient, Policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire() -> Patient:
    return Patient.objects.get(pk=Patient.objects.create(nir=CLAIRE_NIR, family_name="Martin").pk)


@pytest.fixture
def amine() -> Patient:
    return Patient.objects.get(pk=Patient.objects.create(nir=AMINE_NIR, family_name="Benali").pk)


def paste_in_sql(row: Any, column: str, blob: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [blob, database_id(row)])  # noqa: S608


def database_id(row: Any) -> Any:
    return row._meta.pk.get_db_prep_value(row.pk, connection)


@pytest.mark.parametrize(
    "rows",
    [
        lambda: [Patient.objects.create(nir=nir) for nir in (CLAIRE_NIR, AMINE_NIR)],
        lambda: [Policy.objects.create(number=nir, nir=nir) for nir in (CLAIRE_NIR, AMINE_NIR)],
        lambda: [Contact.objects.create(phone=phone) for phone in ("1", "2")],
    ],
    ids=["primary key", "bind_to", "seal_id"],
)
def test_i10_a_blob_pasted_into_another_row_does_not_open(rows: Any) -> None:
    target, source = rows()
    column = "phone" if isinstance(target, Contact) else "nir"
    attribute = target._meta.get_field(column).attname
    blob = getattr(source, attribute).blob()
    source.delete()
    paste_in_sql(target, column, blob)

    pasted = getattr(type(target).objects.get(pk=target.pk), attribute)
    with pytest.raises(DecryptionError):
        pasted.open_ungated()


def test_i10_a_blob_pasted_into_another_column_does_not_open(claire: Patient) -> None:
    claire.marital_status = "single"
    claire.save()
    paste_in_sql(claire, "note", claire.marital_status.blob())

    pasted = Patient.objects.get(pk=claire.pk)
    assert pasted.marital_status.open_ungated() == "single"
    with pytest.raises(DecryptionError):
        pasted.note.open_ungated()


@pytest.mark.parametrize("position", [0, 1, 2, 3, 4, 19, 20, 31, 32, 47, 55])
def test_c3_a_stored_blob_altered_in_one_byte_raises_and_is_never_written_back(claire: Patient, position: int) -> None:
    blob = bytearray(claire.nir.blob())
    blob[position] ^= 0x04
    claire.__dict__["nir"] = Sealed(Patient._meta.get_field("nir"), bytes(blob))

    with pytest.raises(DecryptionError, match=r"a sealed value of records\.Patient\.nir does not open"):
        claire.nir.open_ungated()
    with pytest.raises(SealedWriteError), transaction.atomic():
        claire.save()
    assert Patient.objects.get(nir=CLAIRE_NIR).nir.open_ungated() == CLAIRE_NIR


def test_another_row_s_value_is_refused_when_it_is_assigned(claire: Patient, amine: Patient) -> None:
    with pytest.raises(SealedWriteError, match="reveal it inside a disclosure and assign the plain value"):
        amine.nir = claire.nir
    with pytest.raises(SealedWriteError):
        amine.nir = Patient.objects.values_list("nir", flat=True).get(pk=claire.pk)
    with pytest.raises(SealedWriteError):
        amine.nir = Patient(nir=CLAIRE_NIR).nir
    with pytest.raises(SealedWriteError, match="sealed this value"):
        amine.family_name = amine.nir
    with pytest.raises(SealedWriteError), transaction.atomic():
        Patient.objects.create(nir=claire.nir)
    with pytest.raises(SealedWriteError), transaction.atomic():
        Patient.objects.create(nir=Patient.objects.values_list("nir", flat=True).get(pk=claire.pk))
    with pytest.raises(SealedWriteError), transaction.atomic():
        Patient.objects.create(family_name=Patient.objects.values_list("nir", flat=True).get(pk=claire.pk))
    with pytest.raises(SealedWriteError), transaction.atomic():
        Patient.objects.update(nir=claire.nir)
    with pytest.raises(SealedWriteError), transaction.atomic():
        Patient.objects.bulk_create([Patient(nir=claire.nir)])


def test_its_own_value_may_be_assigned_again(claire: Patient) -> None:
    same = Patient.objects.get(pk=claire.pk)

    claire.nir = same.nir
    claire.nir = claire.nir
    claire.save()

    assert Patient.objects.get(nir=CLAIRE_NIR) == claire


@pytest.mark.parametrize("is_read", [True, False])
@pytest.mark.parametrize("new_key", [None, uuid.uuid4()])
def test_a_row_saved_under_another_key_is_refused_and_told_how(claire: Patient, new_key: Any, is_read: Any) -> None:
    if is_read:
        _ = claire.nir
    claire.pk = new_key

    with (
        pytest.raises(SealedWriteError, match="to copy a row, reveal its values inside a disclosure"),
        transaction.atomic(),
    ):
        claire.save()
    assert Patient.objects.count() == 1


def test_a_new_bound_number_needs_the_values_again() -> None:
    policy = Policy.objects.create(number="A-1", nir=CLAIRE_NIR)
    policy.number = "A-2"

    with pytest.raises(SealedWriteError, match="number has changed"), transaction.atomic():
        policy.save()

    policy.nir = CLAIRE_NIR
    policy.save()
    assert Policy.objects.get(number="A-2").nir.open_ungated() == CLAIRE_NIR


def test_a_row_without_its_key_cannot_be_sealed() -> None:
    with pytest.raises(SealedWriteError, match="has no id yet"):
        Patient(pk=None, nir=CLAIRE_NIR).nir.blob()


def test_c3_clear_text_that_reached_the_column_is_no_value() -> None:
    field = SealedTextField()
    field.set_attributes_from_name("note")

    stray = Patient._meta.get_field("note").from_db_value("Martin", None, connection)

    with pytest.raises(DecryptionError):
        stray.of(Patient()).open_ungated()


def test_c1_a_failed_assignment_or_save_leaves_reading_as_it_was(claire: Patient) -> None:
    claire.nir = "not a number"
    with pytest.raises(SealedValueError), transaction.atomic():
        claire.save()

    assert Patient.objects.get(pk=claire.pk).nir.open_ungated() == CLAIRE_NIR
    claire.refresh_from_db()
    assert claire.nir.open_ungated() == CLAIRE_NIR
