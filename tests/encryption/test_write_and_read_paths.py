"""Every way to write, with every way to read, for the values that others lose (C2, C4, C5, C16)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core import serializers
from django.db import connection
from django.db.models import Case, CharField, Prefetch, Value, When
from django.db.models.functions import Cast

from hardening.encryption.sealed import Sealed
from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR
from tests.encryption.records.models import Patient, Visit

pytestmark = pytest.mark.django_db

TEXTS = ["", "0", "Benali", "Zoë Łukasz 李 👩🏽‍⚕️", "é" * 60]
NOTES = [None, "", "seen twice"]


def stored(**values: Any) -> Any:
    return Patient.objects.create(nir=AMINE_NIR, family_name="before", note="before", **values).pk


def by_create(values: dict[str, Any]) -> Any:
    return Patient.objects.create(**values).pk


def by_save(values: dict[str, Any]) -> Any:
    patient = Patient.objects.get(pk=stored())
    for name, value in values.items():
        setattr(patient, name, value)
    patient.save()
    return patient.pk


def by_save_of_named_fields(values: dict[str, Any]) -> Any:
    patient = Patient.objects.defer("nir", "birth_date").get(pk=stored())
    for name, value in values.items():
        setattr(patient, name, value)
    patient.save(update_fields=list(values))
    return patient.pk


def by_bulk_create(values: dict[str, Any]) -> Any:
    return Patient.objects.bulk_create([Patient(**values), Patient()])[0].pk


def by_upsert_on_the_key(values: dict[str, Any]) -> Any:
    key = stored()
    rows = [Patient(pk=key, **values)]
    Patient.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=list(values))
    return key


def by_bulk_update(values: dict[str, Any]) -> Any:
    patients = [Patient.objects.get(pk=stored()), Patient.objects.get(pk=stored())]
    for patient in patients:
        patient.ward = "B"
        for name, value in values.items():
            setattr(patient, name, value)
    assert Patient.objects.bulk_update(patients, [*values, "ward"]) == 2
    return patients[0].pk


def by_update(values: dict[str, Any]) -> Any:
    key = stored()
    assert Patient.objects.filter(pk__in=[key, stored()]).update(**values, ward="B") == 2
    return key


def by_update_with_expressions(values: dict[str, Any]) -> Any:
    key = stored()
    Patient.objects.filter(pk=key).update(
        **{
            name: Case(When(ward="nowhere", then=Value("other")), default=Cast(Value(value), CharField()))
            for name, value in values.items()
        }
    )
    return key


def by_get_or_create(values: dict[str, Any]) -> Any:
    first, created = Patient.objects.get_or_create(nir=CLAIRE_NIR, defaults=values)
    again, created_again = Patient.objects.get_or_create(nir=CLAIRE_NIR, defaults=values)
    assert (created, created_again, again) == (True, False, first)
    return first.pk


def by_update_or_create(values: dict[str, Any]) -> Any:
    Patient.objects.create(nir=CLAIRE_NIR)
    patient, created = Patient.objects.update_or_create(nir=CLAIRE_NIR, defaults=values)
    assert not created
    return patient.pk


def by_relation(values: dict[str, Any]) -> Any:
    visit = Visit.objects.create(patient=Patient.objects.get(pk=stored()))
    for name, value in values.items():
        setattr(visit.patient, name, value)
    visit.patient.save()
    return visit.patient.pk


def by_fixture(values: dict[str, Any]) -> Any:
    patient = Patient.objects.create(**values)
    text = serializers.serialize("json", [patient])
    Patient.objects.all().delete()
    for loaded in serializers.deserialize("json", text):
        loaded.save()
    return patient.pk


def read_by_get(key: UUID) -> Patient:
    return Patient.objects.get(pk=key)


def read_deferred(key: UUID) -> Patient:
    return Patient.objects.defer("family_name", "note").get(pk=key)


def read_only_the_key(key: UUID) -> Patient:
    return Patient.objects.only("pk").get(pk=key)


def read_refreshed(key: UUID) -> Patient:
    patient = Patient(pk=key)
    patient.refresh_from_db()
    return patient


def read_raw(key: UUID) -> Patient:
    return Patient.objects.raw(
        "SELECT * FROM records_patient WHERE id = %s", [Patient._meta.pk.get_db_prep_value(key, connection)]
    )[0]


def read_across(key: UUID) -> Any:
    Visit.objects.create(patient_id=key, label="across")
    return Visit.objects.select_related("patient").get(label="across", patient_id=key).patient


def read_prefetched(key: UUID) -> Any:
    Visit.objects.create(patient_id=key)
    visits = Prefetch("visits", Visit.objects.select_related("patient"))
    found: Any = Patient.objects.prefetch_related(visits).get(pk=key)
    return found.visits.all()[0].patient


def read_iterated(key: UUID) -> Patient:
    return next(Patient.objects.filter(pk=key).iterator(chunk_size=1))


def read_saved_again(key: UUID) -> Patient:
    Patient.objects.get(pk=key).save()
    return Patient.objects.get(pk=key)


def read_deferred_and_saved(key: UUID) -> Patient:
    patient = Patient.objects.only("ward").get(pk=key)
    patient.ward = "C"
    patient.save()
    return Patient.objects.get(pk=key)


def read_united(key: UUID) -> Patient:
    return Patient.objects.filter(pk=key).union(Patient.objects.filter(ward="nowhere"))[0]


WRITES = [
    by_create,
    by_save,
    by_save_of_named_fields,
    by_bulk_create,
    by_upsert_on_the_key,
    by_bulk_update,
    by_update,
    by_update_with_expressions,
    by_get_or_create,
    by_update_or_create,
    by_relation,
    by_fixture,
]
READS = [
    read_by_get,
    read_deferred,
    read_only_the_key,
    read_refreshed,
    read_raw,
    read_across,
    read_prefetched,
    read_iterated,
    read_saved_again,
    read_deferred_and_saved,
    read_united,
]


def plain(value: Any) -> Any:
    return value.open_ungated() if isinstance(value, Sealed) else value


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("text", TEXTS, ids=["empty", "zero", "ascii", "unicode", "longest"])
def test_c2_c5_c16_text_comes_back_from_every_path_and_is_found(write: Callable[[Any], UUID], text: str) -> None:
    key = write({"family_name": text})

    for read in READS:
        assert plain(read(key).family_name) == text, read
    row = Patient.objects.values("pk", "family_name").get(pk=key)
    assert plain(row["family_name"] and row["family_name"].of_key(row["pk"])) == text
    assert key in Patient.objects.filter(family_name=text).values_list("pk", flat=True)
    assert key in Patient.objects.filter(family_name__in=[text, "nobody"]).values_list("pk", flat=True)
    assert key not in Patient.objects.exclude(family_name=text).values_list("pk", flat=True)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("note", NOTES, ids=["null", "empty", "text"])
def test_c2_where_null_is_allowed_null_and_the_empty_text_are_two_values(
    write: Callable[[Any], UUID], note: str | None
) -> None:
    key = write({"note": note})

    for read in READS:
        assert plain(read(key).note) == note, read
    assert Patient.objects.filter(pk=key, note__isnull=True).exists() == (note is None)


@pytest.mark.parametrize("write", WRITES)
def test_c5_a_number_is_found_by_its_new_value_and_no_more_by_its_old_one(write: Callable[[Any], UUID]) -> None:
    key = write({"nir": CLAIRE_NIR})

    assert list(Patient.objects.filter(nir=CLAIRE_NIR, pk=key).values_list("pk", flat=True)) == [key]
    assert not Patient.objects.filter(nir=AMINE_NIR, pk=key).exists()


@pytest.mark.parametrize("write", [write for write in WRITES if write not in {by_get_or_create, by_update_or_create}])
@pytest.mark.parametrize("read", READS)
def test_c16_clearing_a_value_clears_it_everywhere(
    write: Callable[[Any], UUID], read: Callable[[UUID], Patient]
) -> None:
    key = write({"nir": ""})

    assert read(key).nir == ""
    assert Patient.objects.filter(nir="", pk=key).exists()


@pytest.mark.parametrize("value", [0, False, 7.5])
def test_c2_a_falsy_value_assigned_to_text_is_stored_as_its_text(value: Any) -> None:
    patient = Patient.objects.create(family_name=value)

    assert plain(Patient.objects.get(pk=patient.pk).family_name) == str(value)
