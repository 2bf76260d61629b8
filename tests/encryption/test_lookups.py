from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Length, Lower
from django.test.utils import CaptureQueriesContext

from hardening.encryption.refusals import NotIndexedError, SealedLookupError, SealedValueError
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Contact, Patient, Policy, Visit

pytestmark = pytest.mark.django_db

UNANSWERABLE = sorted(
    (set(models.Field.class_lookups) | set(models.CharField().get_lookups()) | set(models.DateField().get_lookups()))
    - {"exact", "in", "isnull"}
)


@pytest.fixture
def claire() -> Patient:
    return Patient.objects.create(nir=CLAIRE_NIR, family_name="Martin", birth_date=CLAIRE_BORN)


@pytest.fixture
def amine() -> Patient:
    return Patient.objects.create(nir=AMINE_NIR, family_name="Benali")


@pytest.fixture
def nobody() -> Patient:
    return Patient.objects.create()


def test_a_number_is_found_however_it_was_typed(claire: Patient, amine: Patient) -> None:
    assert Patient.objects.get(nir="2 84 05 49 999 012 61") == claire
    assert list(Patient.objects.filter(nir__in=["175019999000297"])) == [amine]
    assert Patient.objects.get(birth_date=CLAIRE_BORN) == Patient.objects.get(birth_date="1984-05-17") == claire


def test_c6_excluding_and_combining_answer_as_for_a_clear_column(
    claire: Patient, amine: Patient, nobody: Patient
) -> None:
    everybody = Patient.objects.order_by("pk")

    assert set(everybody.exclude(nir=CLAIRE_NIR)) == {amine, nobody}
    assert set(everybody.exclude(nir="")) == {claire, amine}
    assert set(everybody.exclude(nir__in=["", CLAIRE_NIR])) == {amine}
    assert set(everybody.exclude(nir__in=[CLAIRE_NIR])) == {amine, nobody}
    assert set(everybody.filter(nir__in=["", AMINE_NIR])) == {amine, nobody}
    assert set(everybody.filter(~Q(nir=CLAIRE_NIR) & ~Q(nir=""))) == {amine}
    assert set(everybody.filter(Q(nir=CLAIRE_NIR) | Q(family_name="Benali"))) == {claire, amine}
    assert set(everybody.filter(nir__isnull=True)) == set(everybody.filter(nir=None)) == {nobody}
    assert set(everybody.filter(nir__in=[])) == set()
    assert set(everybody.exclude(nir__in=[])) == {claire, amine, nobody}


def test_c6_relations_are_followed_and_a_missing_neighbour_is_no_match(claire: Patient, nobody: Patient) -> None:
    of_claire, of_nobody, alone = (Visit.objects.create(patient=patient) for patient in (claire, nobody, None))

    assert list(Visit.objects.filter(patient__nir=CLAIRE_NIR)) == [of_claire]
    assert set(Visit.objects.exclude(patient__nir=CLAIRE_NIR)) == {of_nobody, alone}
    assert list(Visit.objects.filter(patient__nir="", patient__isnull=False)) == [of_nobody]


def test_an_e_mail_address_is_found_whatever_its_case() -> None:
    contact = Contact.objects.create(email="Claire.Martin@Example.org")

    assert Contact.objects.get(email="claire.martin@example.ORG") == contact
    assert contact.email == "Claire.Martin@Example.org"


@pytest.mark.parametrize("lookup", UNANSWERABLE)
@pytest.mark.parametrize("path", ["nir", "family_name", "birth_date", "visits__patient__nir"])
def test_c6_every_other_lookup_is_refused_with_the_way_that_works(path: str, lookup: str) -> None:
    with pytest.raises(SealedLookupError, match=r"sealed.*; \w+"):
        Patient.objects.filter(**{f"{path}__{lookup}": "x"})


@pytest.mark.parametrize("transform", ["year", "month", "unaccent", "lower", "0", "length", "year__gt"])
def test_c6_every_transform_is_refused(transform: str) -> None:
    with pytest.raises(SealedLookupError):
        Patient.objects.filter(**{f"birth_date__{transform}": 1984})


EXPRESSIONS = {
    "F": F("family_name"),
    "OuterRef": OuterRef("family_name"),
    "Subquery": Subquery(Patient.objects.values("family_name")[:1]),
    "queryset": Patient.objects.values("family_name"),
    "function": Lower("ward"),
    "Exists": Exists(Patient.objects.all()),
}


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS)
@pytest.mark.parametrize("lookup", ["exact", "in"])
def test_c6_an_expression_on_the_right_is_refused(lookup: str, expression: Any) -> None:
    with pytest.raises(SealedLookupError, match="not"):
        Patient.objects.filter(**{f"family_name__{lookup}": expression})


def test_a_literal_in_a_value_is_a_value(claire: Patient) -> None:
    assert Patient.objects.get(nir=Value(CLAIRE_NIR)) == claire


def test_the_sealed_value_of_another_row_finds_the_rows_that_hold_the_same(claire: Patient) -> None:
    twin = Patient.objects.create(nir=CLAIRE_NIR)
    stored = Patient.objects.get(pk=claire.pk).nir

    assert set(Patient.objects.filter(nir=stored)) == {claire, twin}
    with pytest.raises(SealedLookupError, match="share an index domain"):
        Policy.objects.filter(nir=stored)


@pytest.mark.usefixtures("claire")
def test_c12_an_index_is_no_value_and_the_companion_takes_none() -> None:
    index = Patient.objects.values_list("nir_index", flat=True).get()
    assert isinstance(index, UUID)

    for passed in (index, index.bytes):
        with pytest.raises(SealedLookupError, match="never with an index"):
            Patient.objects.filter(family_name=passed)
    with pytest.raises(SealedValueError):
        Patient.objects.filter(nir=index.hex)
    for lookup in ("exact", "in", "gt", "contains"):
        with pytest.raises(SealedLookupError, match="look nir up instead"):
            Patient.objects.filter(**{f"nir_index__{lookup}": [index] if lookup == "in" else index})
    with pytest.raises(SealedLookupError):
        Visit.objects.filter(patient__nir_index=str(index))


@pytest.mark.usefixtures("amine")
def test_companions_join_with_companions(claire: Patient) -> None:
    twin = Patient.objects.create(nir=CLAIRE_NIR)
    others = Patient.objects.filter(nir_index=OuterRef("nir_index")).exclude(pk=OuterRef("pk"))

    assert set(Patient.objects.filter(Exists(others))) == {claire, twin}


@pytest.mark.usefixtures("claire")
def test_what_is_not_indexed_is_not_compared() -> None:
    with pytest.raises(NotIndexedError, match="indexed=True"):
        Patient.objects.filter(note="seen")

    assert not Patient.objects.filter(note__isnull=False).exists()


def test_a_text_that_is_no_number_is_refused_without_being_repeated() -> None:
    with pytest.raises(SealedValueError, match=r"\(length\)") as refusal:
        Patient.objects.filter(nir="12345678")

    assert "12345678" not in str(refusal.value)


def test_c6_distinct_counting_by_key_and_grouping_by_the_row_still_work(claire: Patient) -> None:
    Visit.objects.create(patient=claire)
    Visit.objects.create(patient=claire)

    assert Patient.objects.filter(visits__isnull=False).distinct().count() == 1
    made = Patient.objects.annotate(made=models.Count("visits")).filter(nir=CLAIRE_NIR)
    assert made.values_list("made", flat=True).get() == 2
    assert list(Patient.objects.values("nir_index").annotate(n=models.Count("pk")).values_list("n", flat=True)) == [1]


MISUSES = {
    "order_by": lambda: Patient.objects.order_by("nir"),
    "order_by descending": lambda: Patient.objects.order_by("-nir"),
    "order_by F": lambda: Patient.objects.order_by(F("nir").desc(nulls_last=True)),
    "order_by across": lambda: Visit.objects.order_by("patient__nir"),
    "order_by function": lambda: Visit.objects.order_by(Lower("patient__family_name")),
    "earliest": lambda: Patient.objects.earliest("birth_date"),
    "distinct": lambda: Patient.objects.values("nir").distinct(),
    "distinct values_list": lambda: Visit.objects.values_list("patient__nir", flat=True).distinct(),
    "group by": lambda: Patient.objects.values("nir").annotate(n=models.Count("pk")),
    "group by across": lambda: Visit.objects.values("patient__nir").annotate(n=models.Count("pk")),
    "Count": lambda: Patient.objects.annotate(n=models.Count("nir")),
    "aggregate Max": lambda: Patient.objects.aggregate(models.Max("birth_date")),
    "aggregate Count": lambda: Patient.objects.aggregate(n=models.Count("nir", distinct=True)),
    "dates": lambda: Patient.objects.dates("birth_date", "year"),
    "annotate F": lambda: Patient.objects.annotate(copy=F("nir")),
    "annotate function": lambda: Patient.objects.annotate(length=Length("nir")),
    "annotate across": lambda: Visit.objects.annotate(copy=F("patient__nir")),
    "alias": lambda: Patient.objects.alias(copy=Lower("family_name")).filter(copy="martin"),
    "clear column equals F": lambda: Visit.objects.filter(label=F("patient__family_name")),
    "clear column contains F": lambda: Patient.objects.filter(ward__contains=F("family_name")),
    "clear column in subquery": lambda: Visit.objects.filter(label__in=Patient.objects.values("family_name")),
    "clear column in function": lambda: Patient.objects.filter(
        Exists(Visit.objects.filter(label=OuterRef("family_name")))
    ),
    "Subquery annotation": lambda: Visit.objects.annotate(copy=Subquery(Patient.objects.values("nir")[:1])),
    "in_bulk": lambda: Patient.objects.in_bulk(["x"], field_name="family_name"),
}


@pytest.mark.parametrize("query", MISUSES.values(), ids=MISUSES)
def test_c6_a_query_that_computes_with_ciphertext_is_refused_with_the_way_that_works(
    query: Any, claire: Patient
) -> None:
    Visit.objects.create(patient=claire, label="Martin")

    with pytest.raises(SealedLookupError, match=r"sealed.*; \w+"):
        list(query())


@pytest.mark.postgresql
@pytest.mark.usefixtures("claire")
def test_c6_distinct_on_is_refused() -> None:
    with pytest.raises(SealedLookupError, match="use nir_index"):
        list(Patient.objects.distinct("nir"))


@pytest.mark.usefixtures("claire")
def test_c7_no_number_and_no_name_travels_in_sql_or_parameters() -> None:
    with CaptureQueriesContext(connection) as captured:
        Patient.objects.filter(nir=CLAIRE_NIR, family_name__in=["Martin"]).exclude(birth_date=CLAIRE_BORN).count()
        Patient.objects.update(nir=AMINE_NIR)
        Patient.objects.bulk_create([Patient(nir=AMINE_NIR, family_name="Benali", birth_date=CLAIRE_BORN)])
        Patient.objects.update_or_create(nir=AMINE_NIR, ward="x", defaults={"family_name": "Benali"})
        query = str(Patient.objects.filter(nir=AMINE_NIR).query)

    sent = query + "".join(statement["sql"] for statement in captured)
    for secret in (CLAIRE_NIR, AMINE_NIR, CLAIRE_NIR[:13], "Martin", "Benali", "1984-05-17"):
        assert secret not in sent
        assert secret.encode().hex() not in sent


def test_c13_a_look_up_scans_the_index_and_not_the_table() -> None:
    Patient.objects.bulk_create([Patient(nir=AMINE_NIR if number == 7 else "") for number in range(500)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_patient")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Patient.objects.filter(nir=AMINE_NIR).explain()

    assert "nir_index" in plan
    assert "Seq Scan" not in plan
    assert not plan.startswith("SCAN")


def test_c13_the_same_value_has_unrelated_indexes_in_two_columns() -> None:
    Patient.objects.create(nir=AMINE_NIR, family_name=AMINE_NIR)
    Policy.objects.create(number="1", nir=AMINE_NIR, member=AMINE_NIR)

    indexes = {*Patient.objects.values_list("nir_index", "family_name_index").get()}
    indexes |= {*Policy.objects.values_list("nir_index", "member_index").get()}
    assert len(indexes) == 4
