"""Declared parts in the database: written on every path, found, counted, and refused where they would tell too much."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core import serializers
from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.test.utils import CaptureQueriesContext

from hardening.encryption.envelope import indexes_of
from hardening.encryption.part_counts import count_by_part
from hardening.encryption.refusals import SealedLookupError, SealedValueError
from hardening.encryption.sealed import Sealed
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Insured, Patient, Visit

pytestmark = pytest.mark.django_db

CLAIRE = {"nir": CLAIRE_NIR, "birth_date": CLAIRE_BORN, "phone": "+33 1 99 00 12 34"}
PARTS = {"nir": ("nir_index", "nir_birth_year_index", "nir_department_index"), "birth_date": ("birth_date_year_index",)}


def stored() -> Any:
    return Insured.objects.create(nir=AMINE_NIR, birth_date="1975-01-02", phone="0199005678").pk


def by_create() -> Any:
    return Insured.objects.create(**CLAIRE).pk


def by_save() -> Any:
    insured = Insured.objects.get(pk=stored())
    for name, value in CLAIRE.items():
        setattr(insured, name, value)
    insured.save(update_fields=list(CLAIRE))
    return insured.pk


def by_bulk_create() -> Any:
    return Insured.objects.bulk_create([Insured(**CLAIRE), Insured()])[0].pk


def by_upsert_on_the_key() -> Any:
    key = stored()
    rows = [Insured(pk=key, **CLAIRE)]
    Insured.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=list(CLAIRE))
    return key


def by_bulk_update() -> Any:
    insured = Insured.objects.get(pk=stored())
    for name, value in CLAIRE.items():
        setattr(insured, name, value)
    Insured.objects.bulk_update([insured], list(CLAIRE))
    return insured.pk


def by_update() -> Any:
    key = stored()
    Insured.objects.filter(pk=key).update(**CLAIRE)
    return key


def by_update_with_a_case() -> Any:
    key = stored()
    Insured.objects.filter(pk=key).update(
        **{name: Case(When(pk=key, then=Value(value)), default=Value(value)) for name, value in CLAIRE.items()}
    )
    return key


def by_update_or_create() -> Any:
    return Insured.objects.update_or_create(pk=stored(), defaults=CLAIRE)[0].pk


def by_a_fixture() -> Any:
    insured = Insured.objects.create(**CLAIRE)
    dumped = serializers.serialize("json", [insured])
    assert "_index" not in dumped
    key = insured.pk
    insured.delete()
    for loaded in serializers.deserialize("json", dumped):
        loaded.save()
    return key


WRITES = [
    by_create,
    by_save,
    by_bulk_create,
    by_upsert_on_the_key,
    by_bulk_update,
    by_update,
    by_update_with_a_case,
    by_update_or_create,
    by_a_fixture,
]


@pytest.mark.parametrize("write", WRITES)
def test_c5_a_part_is_found_after_every_way_to_write_and_its_former_one_no_more(write: Callable[[], Any]) -> None:
    key = write()
    found = Insured.objects.filter(pk=key)

    assert found.filter(nir__birth_year=84, nir__department="49", birth_date__year=1984, phone__last_4_digits="1234")
    assert not found.filter(Q(nir__birth_year=75) | Q(birth_date__year=1975) | Q(phone__last_4_digits="5678"))
    row = found.values("nir", "birth_date", *PARTS["nir"], *PARTS["birth_date"]).get()
    for name, columns in PARTS.items():
        blob = row[name].blob()
        held = [UUID(bytes=indexes_of(blob, slot=slot)[0]) for slot in range(len(columns))]
        assert [row[column] for column in columns] == held


@pytest.fixture
def claire() -> Insured:
    return Insured.objects.create(label="claire", **CLAIRE)


@pytest.fixture
def amine() -> Insured:
    return Insured.objects.create(label="amine", nir=AMINE_NIR)


@pytest.fixture
def nobody() -> Insured:
    return Insured.objects.create(label="nobody")


def test_a_part_answers_as_a_clear_column_would(claire: Insured, amine: Insured, nobody: Insured) -> None:
    everybody = Insured.objects.all()

    assert set(everybody.filter(nir__birth_year__in=[84, "75"])) == {claire, amine}
    assert set(everybody.filter(nir__birth_year__in=[75, None])) == {amine}
    assert set(everybody.exclude(nir__birth_year=84)) == {amine, nobody}
    assert set(everybody.filter(~Q(nir__birth_year=84), ~Q(nir=""))) == {amine}
    assert (
        set(everybody.filter(nir__birth_year__isnull=True)) == set(everybody.filter(nir__birth_year=None)) == {nobody}
    )
    assert not everybody.filter(nir__birth_year__in=[])
    assert set(everybody.filter(birth_date__year=Value(1984))) == {claire}


def test_the_empty_value_has_no_part(claire: Insured) -> None:
    Insured.objects.update(nir="", birth_date=None)

    told = Insured.objects.values_list("nir_index", "nir_birth_year_index", "birth_date_year_index").get(pk=claire.pk)
    assert told == (None, None, None)


def test_two_people_of_one_year_share_one_index_and_no_other(claire: Insured) -> None:
    Insured.objects.create(nir="184054999901313", birth_date="1984-01-01")

    rows = Insured.objects.values_list("nir_birth_year_index", "nir_index", "birth_date_year_index")
    years, numbers, dates = (set(column) for column in zip(*rows, strict=True))
    assert (len(years), len(numbers), len(dates)) == (1, 2, 1)
    assert years.isdisjoint(dates)
    assert claire.nir.matches(CLAIRE_NIR)


@pytest.mark.parametrize(
    "criteria",
    [
        {"nir__birth_year__gt": 80},
        {"nir__birth_year__contains": "8"},
        {"nir__birth_year__year": 8},
        {"nir__birth_month": 5},
        {"birth_date__month": 5},
        {"birth_date__lt": CLAIRE_BORN},
        {"phone__endswith": "1234"},
    ],
    ids=str,
)
def test_c6_what_is_not_declared_is_refused_and_the_refusal_names_what_is(criteria: dict[str, Any]) -> None:
    with pytest.raises(SealedLookupError, match=r"declared parts: \w+__\w+.*; \w+"):
        Insured.objects.filter(**criteria)


def test_c6_the_refusal_names_the_part_to_declare() -> None:
    with pytest.raises(SealedLookupError, match=r'declare parts=\[PartIndex\("date\.year\.1", reason=…\)\]'):
        Patient.objects.filter(birth_date__year=1984)


@pytest.mark.parametrize("year", [1984, "1984", -1, 8.4, True, "", CLAIRE_NIR])
def test_a_part_that_is_none_is_refused_and_not_repeated(year: Any) -> None:
    with pytest.raises(SealedValueError, match="it is a number from 0 to 99") as refusal:
        Insured.objects.filter(nir__birth_year=year)

    assert CLAIRE_NIR not in str(refusal.value)


def test_c12_an_index_is_no_part(claire: Insured) -> None:
    index = Insured.objects.values_list("nir_birth_year_index", flat=True).get()
    assert index is not None

    for passed in (index, index.bytes, claire.nir):
        with pytest.raises(SealedLookupError, match="never with an index"):
            Insured.objects.filter(nir__birth_year=passed)
    with pytest.raises(SealedLookupError, match="not with an expression"):
        Insured.objects.filter(nir__birth_year=F("label"))
    with pytest.raises(SealedLookupError, match="look nir up instead"):
        Insured.objects.filter(nir_birth_year_index=index)


@pytest.mark.usefixtures("claire", "amine", "nobody")
def test_rows_are_counted_by_a_part_and_the_groups_get_their_names() -> None:
    Insured.objects.create(nir="184054999901313")

    assert count_by_part(Insured.objects.all(), "nir__birth_year", among=range(100)) == {84: 2, 75: 1, None: 1}
    assert count_by_part(Insured.objects.filter(nir__birth_year=84), "nir__department", among=["49"]) == {"49": 2}
    with pytest.raises(SealedLookupError, match="no declared part"):
        count_by_part(Insured.objects.all(), "nir__birth_month", among=range(12))


@pytest.mark.usefixtures("claire", "amine", "nobody")
def test_groups_can_be_counted_without_any_name() -> None:
    by_column = Insured.objects.values("nir_birth_year_index").annotate(n=Count("*"))
    by_part = Insured.objects.values("nir__birth_year").annotate(n=Count("*"))

    assert sorted(group["n"] for group in by_column) == sorted(group["n"] for group in by_part) == [1, 1, 1]
    assert Insured.objects.aggregate(n=Count("nir__birth_year", distinct=True)) == {"n": 2}
    with pytest.raises(SealedLookupError, match="cannot be ordered by"):
        list(Insured.objects.order_by("nir__birth_year"))


def test_c7_no_part_travels_in_sql_or_parameters(claire: Insured) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert Insured.objects.filter(phone__last_4_digits="1234", birth_date__year=1984).exists()
        claire.save()

    sent = "".join(statement["sql"] for statement in captured)
    assert len(captured) == 2
    # Between quotes, blanks or commas: the digits of a ciphertext may be these by chance.
    assert not re.search(r"[' (,=](1234|1984)[' ),]", sent)


def test_c13_a_look_up_by_a_part_scans_its_index() -> None:
    Insured.objects.bulk_create([Insured(nir=AMINE_NIR if number == 7 else "") for number in range(500)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_insured")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Insured.objects.filter(nir__birth_year=75).explain()

    assert "nir_birth_year_index" in plan
    assert "Seq Scan" not in plan
    assert not plan.startswith("SCAN")


@pytest.mark.usefixtures("nobody")
def test_c6_relations_are_followed_both_ways_and_a_missing_neighbour_is_no_match(
    claire: Insured, amine: Insured
) -> None:
    of_claire, of_amine, alone = (Visit.objects.create(insured=insured) for insured in (claire, amine, None))
    Visit.objects.create(insured=claire, label="second")

    assert set(Visit.objects.filter(insured__nir__birth_year=84, label="")) == {of_claire}
    assert set(Visit.objects.exclude(insured__nir__birth_year=84)) == {of_amine, alone}
    assert set(Insured.objects.exclude(visits__insured__nir__birth_year=84).exclude(nir="")) == {amine}
    counted = count_by_part(Visit.objects.all(), "insured__nir__birth_year", among=range(100))
    assert counted == {84: 2, 75: 1, None: 1}
    with pytest.raises(SealedLookupError, match="birth_month"):
        Visit.objects.filter(insured__nir__birth_month=5)


def test_a_subquery_asks_by_part_too(claire: Insured, amine: Insured) -> None:
    of_year = Insured.objects.filter(nir__birth_year=84)

    assert set(Insured.objects.filter(pk__in=of_year)) == {claire}
    assert set(Insured.objects.filter(Exists(of_year.filter(pk=OuterRef("pk"))))) == {claire}
    named = Insured.objects.annotate(young=Case(When(nir__birth_year=84, then=Value(1)), default=Value(0)))
    assert dict(named.values_list("pk", "young")) == {claire.pk: 1, amine.pk: 0}


def test_the_mask_of_a_value_and_its_equality_are_as_before(claire: Insured) -> None:
    stored = Insured.objects.get(pk=claire.pk).nir

    assert isinstance(stored, Sealed)
    assert stored == claire.nir
    assert "84" not in str(stored)
