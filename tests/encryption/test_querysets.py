import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import Case, Count, F, Func, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat, Lower
from django.test.utils import CaptureQueriesContext

from hardening.encryption.refusals import SealedWriteError
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Patient, Policy, Visit

EXPRESSIONS = {
    "F": F("ward"),
    "F of a sealed column": F("family_name"),
    "arithmetic": F("ward") + Value("x"),
    "function": Lower("ward"),
    "Concat": Concat(Value("2840"), Value("549")),
    "Subquery": Subquery(Patient.objects.values("ward")[:1]),
    "raw Func": Func(Value("x"), function="upper"),
    "Cast of F": Cast("ward", Patient._meta.get_field("ward")),
    "Case of F": Case(When(ward="", then=F("ward")), default=Value("x")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_c4_an_expression_is_refused_on_every_write_path(expression: Any) -> None:
    patient = Patient.objects.create(family_name="Martin")

    writes: list[Any] = [
        lambda: Patient.objects.update(family_name=expression),
        lambda: Patient(family_name=expression),
        lambda: setattr(patient, "family_name", expression),
        lambda: Patient.objects.create(family_name=expression),
        lambda: Patient.objects.get_or_create(ward="new", defaults={"family_name": expression}),
        lambda: Patient.objects.update_or_create(pk=patient.pk, defaults={"family_name": expression}),
    ]
    for write in writes:
        with pytest.raises(SealedWriteError), transaction.atomic():
            write()
    assert Patient.objects.get(family_name="Martin") == patient


@pytest.mark.django_db
def test_c4_a_plain_queryset_stores_neither_a_value_nor_an_expression() -> None:
    patient = Patient.objects.create(family_name="Martin")

    for value in ("Benali", F("ward"), Value("Benali"), Case(When(ward="", then=Value("Benali")))):
        with pytest.raises(SealedWriteError), transaction.atomic():
            QuerySet(Patient).update(family_name=value)
    assert Patient.objects.get(family_name="Martin") == patient


@pytest.mark.django_db
def test_one_value_for_many_rows_is_a_blob_for_each(django_assert_num_queries: Any) -> None:
    Patient.objects.bulk_create([Patient(ward="A") for _ in range(3)] + [Patient(ward="B")])

    with django_assert_num_queries(2):
        assert Patient.objects.filter(ward="A").update(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, ward="C") == 3

    moved = Patient.objects.filter(ward="C")
    assert len({patient.nir.blob() for patient in moved}) == 3
    assert [patient.nir.open_ungated() for patient in moved] == [CLAIRE_NIR] * 3
    assert Patient.objects.filter(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN).count() == 3


@pytest.mark.django_db
def test_no_value_is_one_statement_and_none_is_refused_where_it_is_spelt_as_text(
    django_assert_num_queries: Any,
) -> None:
    Patient.objects.bulk_create([Patient(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN) for _ in range(3)])

    with django_assert_num_queries(1):
        assert Patient.objects.update(nir="", birth_date=None) == 3
    assert Patient.objects.filter(nir="", birth_date=None).count() == 3
    with pytest.raises(SealedWriteError, match="spells none as ''"):
        Patient.objects.update(nir=None)


@pytest.mark.django_db
def test_a_case_of_literals_gives_each_row_the_value_of_its_branch() -> None:
    first, second, third = (Patient.objects.create(ward=ward) for ward in "ABC")

    Patient.objects.update(
        family_name=Case(
            When(ward="A", then=Value("Martin")), When(Q(ward="B"), then=Value("Benali")), default=Value("")
        )
    )

    names = {p.pk: p.family_name and p.family_name.open_ungated() for p in Patient.objects.all()}
    assert names == {first.pk: "Martin", second.pk: "Benali", third.pk: ""}


@pytest.mark.django_db
def test_updating_across_a_join_or_a_slice_behaves_as_django_does() -> None:
    patient = Patient.objects.create(ward="A")
    Visit.objects.create(patient=patient, label="x")
    Visit.objects.create(patient=patient, label="x")

    assert Patient.objects.filter(visits__label="x").distinct().update(nir=CLAIRE_NIR) == 1
    assert Patient.objects.filter(nir=CLAIRE_NIR).count() == 1
    often = Patient.objects.annotate(made=Count("visits")).filter(made__gt=1)
    assert often.update(nir=AMINE_NIR) == 1
    with pytest.raises(TypeError, match="slice"):
        Patient.objects.all()[:1].update(nir=AMINE_NIR)
    assert Patient.objects.none().update(nir=AMINE_NIR) == 0


@pytest.mark.django_db
def test_bulk_update_writes_batches_and_mixes_with_clear_columns() -> None:
    Patient.objects.bulk_create([Patient(ward=str(number)) for number in range(7)])
    patients = list(Patient.objects.all())
    for patient in patients:
        patient.family_name, patient.ward = f"name of {patient.ward}", f"new {patient.ward}"

    assert Patient.objects.bulk_update(patients, ["family_name", "ward"], batch_size=3) == 7

    assert {(p.ward, p.family_name.open_ungated()) for p in Patient.objects.all()} == {
        (f"new {number}", f"name of {number}") for number in range(7)
    }


@pytest.mark.django_db
def test_an_upsert_on_another_key_is_refused_and_told_how() -> None:
    Policy.objects.create(number="A-1", nir=CLAIRE_NIR)
    rows = [Policy(number="A-1", nir=AMINE_NIR, reason="")]

    Policy.objects.bulk_create(rows, update_conflicts=True, unique_fields=["number"], update_fields=["nir"])
    assert Policy.objects.get(number="A-1").nir.open_ungated() == AMINE_NIR
    with pytest.raises(SealedWriteError, match="update_or_create"):
        Policy.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=["nir"])
    with pytest.raises(SealedWriteError, match="update_or_create"):
        Patient.objects.bulk_create([Patient()], update_conflicts=True, unique_fields=["ward"], update_fields=["nir"])


@pytest.mark.django_db
def test_an_insert_needs_no_row_back_for_the_companion() -> None:
    with CaptureQueriesContext(connection) as captured:
        Patient.objects.create(nir=CLAIRE_NIR)

    assert len(captured) == 1
    assert "nir_index" not in captured[0]["sql"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_update_locks_its_rows_so_that_no_concurrent_write_is_sealed_for_another_key() -> None:
    Policy.objects.create(number="A-1", nir=CLAIRE_NIR, reason="")
    is_locked, may_go_on = threading.Event(), threading.Event()
    order: list[str] = []

    def update_slowly() -> None:
        with transaction.atomic():
            Policy.objects.filter(number="A-1").update(nir=AMINE_NIR)
            is_locked.set()
            may_go_on.wait(5)
            order.append("sealed")
        connections.close_all()

    def renumber() -> None:
        is_locked.wait(5)
        may_go_on.set()
        Policy.objects.filter(number="A-1").update(number="A-2")
        order.append("renumbered")
        connections.close_all()

    threads = [threading.Thread(target=update_slowly), threading.Thread(target=renumber)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert order == ["sealed", "renumbered"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_c1_eight_threads_read_and_write_one_field_and_see_only_values() -> None:
    keys = [Patient.objects.create(nir=CLAIRE_NIR if number % 2 else AMINE_NIR).pk for number in range(8)]
    seen: list[Any] = []

    def work(key: Any) -> None:
        try:
            for _ in range(20):
                patient = Patient.objects.get(pk=key)
                seen.append(patient.nir.open_ungated())
                patient.nir = AMINE_NIR
                patient.save()
                Patient.objects.filter(pk=key).update(nir=CLAIRE_NIR)
        except Exception as error:  # noqa: BLE001 - it fails the test below
            seen.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(seen) == 160
    assert set(seen) == {CLAIRE_NIR, AMINE_NIR}
