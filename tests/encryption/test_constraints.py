from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.forms import modelform_factory

from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR
from tests.encryption.records.models import Contact, Patient, Policy

pytestmark = pytest.mark.django_db


def errors_of(instance: Any) -> dict[str, list[str | None]]:
    with pytest.raises(ValidationError) as refusal:
        instance.full_clean()
    return {name: [error.code for error in errors] for name, errors in refusal.value.error_dict.items()}


@pytest.fixture(autouse=True)
def taken() -> Policy:
    return Policy.objects.create(number="A-1", nir=CLAIRE_NIR, member="0042")


def test_a_taken_value_is_reported_under_the_field_it_was_typed_into() -> None:
    again = Policy(number="A-2", nir="2 84 05 49 999 012 61", member="0042")

    assert errors_of(again) == {"nir": ["nir_taken"], "member": ["unique"]}


@pytest.mark.parametrize("values", [{"nir": CLAIRE_NIR}, {"member": "0042"}])
def test_the_database_refuses_it_too(values: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(number="A-2", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.bulk_create([Policy(number="A-2", **values)])
    Policy.objects.create(number="A-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(number="A-2").update(**values)


def test_none_and_the_empty_text_are_never_taken() -> None:
    for number in ("A-2", "A-3"):
        policy = Policy(number=number, nir="", member=None)
        policy.full_clean()
        policy.save()

    Contact.objects.create(email="")
    Contact(email="").full_clean()


def test_saving_a_row_again_does_not_clash_with_itself(taken: Policy) -> None:
    taken.full_clean()

    stored = Policy.objects.get(pk=taken.pk)
    stored.full_clean()
    stored.nir = CLAIRE_NIR
    stored.full_clean()
    stored.save()


def test_a_check_over_emptiness_is_decided_without_a_key() -> None:
    assert set(errors_of(Policy(number="A-2", nir=AMINE_NIR, reason="abroad"))) == {"__all__"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(number="A-2", nir=AMINE_NIR, reason="abroad")
    policy = Policy(number="A-2", nir="", reason="abroad")
    policy.full_clean()
    policy.save()


def test_uniqueness_ignores_case_where_the_index_does() -> None:
    Contact.objects.create(email="claire@example.org")

    assert errors_of(Contact(email="Claire@Example.org")) == {"email": ["unique"]}


def test_excluded_fields_are_not_compared() -> None:
    Policy(number="A-2", nir=CLAIRE_NIR, member="0042").full_clean(exclude=["nir", "member"])


def test_a_model_form_shows_the_error_on_its_field() -> None:
    form = modelform_factory(Policy, fields=["number", "nir", "member"])(
        {"number": "A-2", "nir": CLAIRE_NIR, "member": "0043"}
    )

    assert not form.is_valid()
    assert set(form.errors) == {"nir"}
    assert CLAIRE_NIR not in str(form.errors)


def test_validation_compares_no_blob_and_asks_one_question_of_each_index(django_assert_max_num_queries: Any) -> None:
    policy = Policy(number="A-2", nir=AMINE_NIR, member="0043")

    with django_assert_max_num_queries(9) as captured:
        policy.full_clean()

    sent = " ".join(query["sql"] for query in captured)
    assert sent.count("_index") == 2
    assert "x91" not in sent.lower()


CLEAR_VALUES = {
    "clear text": b"253072B07300470",
    "empty": b"",
    "another version": b"\xa1\x01" + bytes(54),
    "flags of another field": b"\x91\x05" + bytes(54),
    "too short": b"\x91\x01" + bytes(53),
    "too long": b"\x91\x01" + bytes(55),
}


@pytest.mark.parametrize("value", CLEAR_VALUES.values(), ids=CLEAR_VALUES)
def test_c4_the_database_itself_refuses_what_is_not_sealed(value: bytes) -> None:
    Patient.objects.create()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_patient SET nir = %s", [value])


@pytest.mark.parametrize("length", [63, 79, 81, 96])
def test_c4_a_padded_column_takes_multiples_only(length: int) -> None:
    Patient.objects.create()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_patient SET family_name = %s", [b"\x91\x05" + bytes(length - 2)])


def test_c4_clear_text_in_raw_sql_is_refused() -> None:
    Patient.objects.create()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_patient SET nir = '284054999901261'")


def test_during_an_index_rotation_a_blob_with_both_indexes_fits() -> None:
    Patient.objects.create()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_patient SET nir = %s", [b"\x91\x03" + bytes(range(70))])

    assert Patient.objects.values_list("nir_index", flat=True).get().bytes == bytes(range(2, 18))


def test_c5_the_companion_cannot_be_written() -> None:
    Patient.objects.create(nir=CLAIRE_NIR)

    with pytest.raises(DatabaseError, match="nir_index"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_patient SET nir_index = NULL")
