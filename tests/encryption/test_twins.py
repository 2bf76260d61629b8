from datetime import date
from typing import Any

import pytest
from django.core import serializers
from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.test.utils import CaptureQueriesContext

from hardening.encryption.refusals import SealedValueError, SealedWriteError
from hardening.encryption.twin_columns import AGREEING, TwinColumns
from hardening.encryption.twin_runs import find_twins
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.columns_in_transit.models import Insured, Reinsured

pytestmark = pytest.mark.django_db


def create(**values: Any) -> None:
    Insured.objects.create(number="1", **values)


def save_a_changed_row(**values: Any) -> None:
    Insured.objects.create(number="1", nir=AMINE_NIR)
    row = Insured.objects.get()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def save_some_fields(**values: Any) -> None:
    Insured.objects.create(number="1", nir=AMINE_NIR)
    row = Insured.objects.get()
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def save_a_deferred_row(**values: Any) -> None:
    Insured.objects.create(number="1", nir=AMINE_NIR)
    row = Insured.objects.defer("nir_sealed", "remark_sealed").get()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def update(**values: Any) -> None:
    Insured.objects.create(number="1", nir=AMINE_NIR)
    Insured.objects.update(**values)


def bulk_create(**values: Any) -> None:
    Insured.objects.bulk_create([Insured(number="1", **values)])


def bulk_update(**values: Any) -> None:
    row = Insured.objects.create(number="1", nir=AMINE_NIR)
    for name, value in values.items():
        setattr(row, name, value)
    Insured.objects.bulk_update([row], list(values))


def get_or_create(**values: Any) -> None:
    Insured.objects.get_or_create(number="1", defaults=values)


def update_or_create(**values: Any) -> None:
    Insured.objects.create(number="1", nir=AMINE_NIR)
    Insured.objects.update_or_create(number="1", defaults=values)


def load_a_fixture_of_the_time_before(**values: Any) -> None:
    text = serializers.serialize("json", [Insured(pk=7, number="1", **values)], fields=["number", "seal_id", *values])
    for loaded in serializers.deserialize("json", text):
        loaded.save()


WRITES = [
    create,
    save_a_changed_row,
    save_some_fields,
    save_a_deferred_row,
    update,
    bulk_create,
    bulk_update,
    get_or_create,
    update_or_create,
    load_a_fixture_of_the_time_before,
]


def agree(model: Any = Insured) -> bool:
    found = []
    for twins in model._hardening_twins:
        columns = find_twins(f"{model._meta.label}.{twins.clear}")[1]
        found += [columns.judge(row) in AGREEING for row in columns.rows(after=None, until=None, is_waiting=False)]
    return bool(found) and all(found)


@pytest.mark.parametrize("write", WRITES)
def test_c5_every_way_to_write_the_clear_column_writes_its_sealed_twin(write: Any) -> None:
    write(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, remark="late", email="Claire@clinic.example")

    row = Insured.objects.get(nir_sealed=CLAIRE_NIR)
    assert (row.nir, row.birth_date, row.remark) == (CLAIRE_NIR, CLAIRE_BORN, "late")
    assert row.nir_sealed.open_ungated() == CLAIRE_NIR
    assert row.birth_date_sealed.open_ungated() == CLAIRE_BORN
    assert row.remark_sealed.open_ungated() == "late"
    assert row.email_sealed == "Claire@clinic.example"
    assert agree()


@pytest.mark.parametrize("write", WRITES)
def test_emptying_the_clear_column_empties_its_twin(write: Any) -> None:
    write(nir="", birth_date=None)

    row = Insured.objects.get(nir_sealed="", birth_date_sealed=None)
    assert (row.nir, row.birth_date) == ("", None)
    assert agree()


@pytest.mark.parametrize("write", WRITES)
def test_a_number_that_is_none_stops_no_writer_and_leaves_the_twin_empty(write: Any) -> None:
    write(nir="1234")

    assert Insured.objects.get(nir="1234").nir_sealed == ""


def test_a_spelling_and_a_text_date_are_sealed_in_normal_form() -> None:
    Insured.objects.create(number="1", nir="2 84 05 49 999 012 61", birth_date="1984-05-17")

    assert Insured.objects.get(nir_sealed=CLAIRE_NIR, birth_date_sealed=date(1984, 5, 17)).nir.startswith("2 84")
    assert agree()


def test_a_case_of_values_is_sealed_branch_by_branch() -> None:
    Insured.objects.bulk_create([Insured(number="1"), Insured(number="2")])

    Insured.objects.update(nir=Case(When(number="1", then=Value(CLAIRE_NIR)), default=Value(AMINE_NIR)))

    assert Insured.objects.get(nir_sealed=AMINE_NIR).number == "2"
    assert agree()


def test_a_row_loaded_without_the_clear_column_writes_neither() -> None:
    create(nir=CLAIRE_NIR)
    stale = Insured.objects.only("nir_sealed", "remark").get()
    Insured.objects.update(nir=AMINE_NIR)

    stale.save()
    Insured.objects.only("nir_sealed").get().save()

    assert Insured.objects.get(nir_sealed=AMINE_NIR).nir == AMINE_NIR
    assert agree()


def test_what_the_database_would_compute_is_refused_and_so_is_a_follower_alone() -> None:
    create(nir=CLAIRE_NIR)
    row = Insured.objects.get()

    writes: list[Any] = [
        lambda: Insured.objects.update(nir=F("remark")),
        lambda: Insured.objects.create(number="2", nir=F("remark")),
        lambda: Insured.objects.update(nir_sealed=AMINE_NIR),
        lambda: Insured.objects.bulk_update([row], ["nir_sealed"]),
    ]
    for write in writes:
        with pytest.raises(SealedWriteError), transaction.atomic():
            write()
    assert agree()


def test_c7_sealing_sends_the_clear_value_no_more_often_than_its_own_column_needs() -> None:
    with CaptureQueriesContext(connection) as queries:
        create(nir=CLAIRE_NIR)
        Insured.objects.update(nir=AMINE_NIR)

    sent = "".join(query["sql"] for query in queries)
    assert sent.count(CLAIRE_NIR) == 1
    assert sent.count(AMINE_NIR) == 1


REWRITES = {
    "create": lambda nir: Reinsured.objects.create(nir_sealed=nir),
    "update": lambda nir: [Reinsured.objects.create(), Reinsured.objects.update(nir_sealed=nir)],
    "bulk_create": lambda nir: Reinsured.objects.bulk_create([Reinsured(nir_sealed=nir)]),
    "save": lambda nir: Reinsured(nir_sealed=nir).save(),
}


@pytest.mark.parametrize("write", REWRITES.values(), ids=REWRITES)
def test_where_the_sealed_column_leads_the_clear_one_follows(write: Any) -> None:
    write("2 84 05 49 999 012 61")

    assert Reinsured.objects.get(nir_sealed=CLAIRE_NIR).nir == CLAIRE_NIR
    Reinsured.objects.get().save()
    assert agree(Reinsured)
    with pytest.raises(SealedValueError), transaction.atomic():
        write("1234")
    Reinsured.objects.update(nir_sealed="")
    assert set(Reinsured.objects.values_list("nir", flat=True)) == {""}


def test_rows_are_read_in_order_of_their_keys_between_bounds() -> None:
    Insured.objects.bulk_create([Insured(number=str(number)) for number in range(5)])
    columns: TwinColumns = find_twins("columns_in_transit.Insured.nir")[1]

    ranges = list(columns.ranges(size=2, is_waiting=False))

    read = [len(columns.rows(after=after, until=until, is_waiting=False)) for after, until in ranges]
    assert read == [2, 2, 1]
    assert columns.count(is_waiting=True) == 0
