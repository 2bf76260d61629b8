"""C18: what an API shows of a sealed value is its mask."""

from datetime import date
from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Contact, Patient

pytestmark = pytest.mark.django_db


class PatientSerializer(serializers.ModelSerializer):  # type: ignore[misc]  # the framework has no types
    class Meta:
        model = Patient
        fields = ("ward", "nir", "birth_date", "family_name", "marital_status", "note")


class ContactSerializer(serializers.ModelSerializer):  # type: ignore[misc]  # likewise
    class Meta:
        model = Contact
        fields = ("email", "phone")


@pytest.fixture
def claire() -> Patient:
    return Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, family_name="Martin", marital_status="w")


def changed(row: Any, **data: object) -> Any:
    serializer = (PatientSerializer if isinstance(row, Patient) else ContactSerializer)(row, data=data, partial=True)
    serializer.is_valid(raise_exception=True)
    serializer.save()
    return type(row)._default_manager.get(pk=row.pk)


def test_an_answer_holds_masks_and_neither_value_nor_ciphertext(claire: Patient) -> None:
    answer = JSONRenderer().render(PatientSerializer(Patient.objects.get(pk=claire.pk)).data).decode()

    assert "●" in answer
    assert not any(secret in answer for secret in (CLAIRE_NIR, "Martin", "1984", '"w"', "sealed:"))


def test_all_fields_of_a_model_are_all_but_its_blind_indexes() -> None:
    class Everything(serializers.ModelSerializer):  # type: ignore[misc]  # likewise
        class Meta:
            model = Patient
            fields = "__all__"

    names = set(Everything().fields)

    assert "nir" in names
    assert not [name for name in names if name.endswith("_index")]


def test_a_list_of_rows_is_masked_too(claire: Patient) -> None:
    (row,) = PatientSerializer(Patient.objects.all(), many=True).data

    assert row["nir"] == str(claire.nir)
    assert row["note"] is None


def test_what_opens_on_access_goes_out_open() -> None:
    contact = Contact.objects.create(email="claire@example.test", phone="0199002020")

    assert ContactSerializer(contact).data == {"email": "claire@example.test", "phone": "0199002020"}


def test_a_row_is_made_of_plain_values() -> None:
    serializer = PatientSerializer(data={"nir": "2 84 05 49 999 012 61", "birth_date": "1984-05-17"})

    assert serializer.is_valid(), serializer.errors
    assert serializer.save().nir.matches(CLAIRE_NIR)


def test_nothing_or_the_empty_text_keeps_the_value(claire: Patient) -> None:
    kept = changed(claire, nir="", ward="B")

    assert (kept.ward, kept.nir.matches(CLAIRE_NIR), kept.family_name.matches("Martin")) == ("B", True, True)


def test_null_clears_the_value(claire: Patient) -> None:
    cleared = changed(claire, nir=None, birth_date=None)

    assert (cleared.nir, cleared.birth_date) == ("", None)


def test_a_new_value_replaces_the_old(claire: Patient) -> None:
    replaced = changed(claire, nir=AMINE_NIR, birth_date=date(1975, 1, 2).isoformat())

    assert replaced.nir.matches(AMINE_NIR)
    assert replaced.birth_date.matches(date(1975, 1, 2))


@pytest.mark.parametrize("name", ["nir", "birth_date", "family_name"])
def test_a_mask_or_an_envelope_sent_back_is_refused(claire: Patient, name: str) -> None:
    value = getattr(claire, name)
    answers = [PatientSerializer(claire, data={name: sent}, partial=True) for sent in (str(value), value.to_envelope())]

    assert [serializer.is_valid() for serializer in answers] == [False, False]


def test_a_refusal_does_not_repeat_the_value(claire: Patient) -> None:
    serializer = PatientSerializer(claire, data={"nir": "284054999901262"}, partial=True)

    assert not serializer.is_valid()
    assert "284054999901262" not in str(serializer.errors)


def test_an_unknown_choice_is_refused(claire: Patient) -> None:
    assert not PatientSerializer(claire, data={"marital_status": "elsewhere"}, partial=True).is_valid()
