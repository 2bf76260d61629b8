import uuid
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Exists, OuterRef, Window
from django.db.models.functions import RowNumber
from django.test.utils import isolate_apps

from hardening.encryption.fields import PartIndex, SealedNirField
from hardening.encryption.querysets import SealedQuerySet
from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR
from tests.encryption.records.models import Patient, Visit


@isolate_apps("tests.encryption.records")
def test_children_of_an_abstract_model_are_columns_of_their_own() -> None:
    class Person(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        nir = SealedNirField(unique=True)
        objects = SealedQuerySet.as_manager()

        class Meta:
            app_label = "records"
            abstract = True
            base_manager_name = "objects"

    class Holder(Person):  # noqa: DJ008 - it lives for one test
        pass

    class Dependant(Person):  # noqa: DJ008 - likewise
        pass

    for child, name in ((Holder, "holder"), (Dependant, "dependant")):
        nir: Any = child._meta.get_field("nir")
        assert nir.field_id == f"records.{name}.nir"
        assert [field.name for field in child._meta.local_fields] == ["id", "nir", "nir_index"]
        assert {constraint.name for constraint in child._meta.constraints} == {
            f"records_{name}_nir_sealed",
            f"records_{name}_nir_unique",
        }
        assert child.check() == []


@isolate_apps("tests.encryption.records")
def test_children_of_an_abstract_model_have_parts_of_their_own() -> None:
    class Person(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        nir = SealedNirField(parts=[PartIndex("nir.birth_year.1", reason="r"), PartIndex("nir.sex.1", reason="r")])
        objects = SealedQuerySet.as_manager()

        class Meta:
            app_label = "records"
            abstract = True
            base_manager_name = "objects"

    class Holder(Person):  # noqa: DJ008 - it lives for one test
        pass

    class Dependant(Person):  # noqa: DJ008 - likewise
        pass

    for child, name in ((Holder, "holder"), (Dependant, "dependant")):
        nir: Any = child._meta.get_field("nir")
        columns = ["id", "nir", "nir_birth_year_index", "nir_sex_index"]
        assert [field.name for field in child._meta.local_fields] == columns
        assert [companion.slot for companion in nir.companions] == [0, 1]
        assert nir.place.index_domains == (f"records.{name}.nir/nir.birth_year.1", f"records.{name}.nir/nir.sex.1")
        assert nir.clone().parts == nir.parts


@pytest.mark.django_db(transaction=True)
def test_a_child_table_keeps_its_parent_s_values() -> None:
    with isolate_apps("tests.encryption.records"):

        class Inpatient(Patient):
            bed = models.CharField(max_length=8)
            objects = SealedQuerySet.as_manager()

            class Meta:
                app_label = "records"
                base_manager_name = "objects"

    with connection.schema_editor() as editor:
        editor.create_model(Inpatient)
    try:
        Inpatient.objects.create(bed="12", nir=CLAIRE_NIR)
        Inpatient.objects.create(bed="13", nir=CLAIRE_NIR)

        assert Inpatient.objects.get(nir=CLAIRE_NIR, bed="12").nir.open_ungated() == CLAIRE_NIR
        assert Inpatient.objects.filter(bed="12").update(nir=AMINE_NIR, ward="B") == 1
        assert Patient.objects.get(nir=AMINE_NIR).ward == "B"
        assert Inpatient.objects.get(bed="12").nir.open_ungated() == AMINE_NIR
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Inpatient)


@pytest.mark.django_db
def test_queries_that_wrap_others_still_read_sealed_values() -> None:
    first, second = (Patient.objects.create(nir=CLAIRE_NIR, ward=ward) for ward in "AB")
    visit = Visit.objects.create(patient=first)

    ranked: Any = Patient.objects.annotate(place=Window(RowNumber(), order_by="ward"))
    assert [patient.nir.open_ungated() for patient in ranked.filter(place=1)] == [CLAIRE_NIR]
    assert Patient.objects.filter(nir=CLAIRE_NIR).distinct().count() == 2
    assert Patient.objects.filter(nir=CLAIRE_NIR)[:1].count() == 1
    assert list(Visit.objects.filter(patient__in=Patient.objects.filter(nir=CLAIRE_NIR)[:5])) == [visit]
    seen = Patient.objects.filter(Exists(Visit.objects.filter(patient=OuterRef("pk"), patient__nir=CLAIRE_NIR)))
    assert list(seen) == [first]
    assert set(Patient.objects.filter(pk__in=Patient.objects.exclude(nir=""))) == {first, second}


@pytest.mark.django_db
def test_a_choice_shows_its_mask_where_django_would_show_its_label() -> None:
    patient: Any = Patient.objects.create(marital_status="w")

    assert str(patient.get_marital_status_display()) == "●●●●●●"
