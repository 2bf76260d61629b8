"""C18: what an API shows of a sealed value is its mask."""

from datetime import date
from typing import Any, ClassVar

import pytest
from django.db import models
from django.http import QueryDict
from django.test.utils import isolate_apps
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from hardening import disclosing
from hardening.encryption.constraints import SealedUniqueConstraint
from hardening.encryption.fields import SealedTextField
from hardening.errors import NotDisclosedError
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.conftest import RightsCheck
from tests.encryption.records.models import Contact, Demand, Dossier, Patient, Policy
from tests.encryption.test_existence import ONLY_LOG

pytestmark = pytest.mark.django_db


class PatientSerializer(serializers.ModelSerializer):  # type: ignore[misc]  # the framework has no types
    class Meta:
        model = Patient
        fields = ("ward", "nir", "birth_date", "family_name", "marital_status", "note")


class ContactSerializer(serializers.ModelSerializer):  # type: ignore[misc]  # likewise
    class Meta:
        model = Contact
        fields = ("email", "phone")


class PolicySerializer(serializers.ModelSerializer):  # type: ignore[misc]  # likewise
    class Meta:
        model = Policy
        fields = ("number", "nir", "member")


@pytest.fixture
def taken() -> Policy:
    return Policy.objects.create(number="A-1", nir=CLAIRE_NIR, member="M-1")


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


@pytest.mark.parametrize("sent", ["", None, "w"])
def test_a_choice_is_kept_cleared_or_set_as_any_other_field(claire: Patient, sent: str | None) -> None:
    changed_row = changed(claire, marital_status=sent)

    assert changed_row.marital_status == "" if sent is None else changed_row.marital_status.open_ungated() == "w"


def test_a_choice_that_is_not_stored_yet_may_be_left_empty() -> None:
    serializer = PatientSerializer(data={"nir": CLAIRE_NIR, "marital_status": ""})

    assert serializer.is_valid(), serializer.errors
    assert serializer.save().marital_status == ""


def test_the_empty_input_of_an_html_form_keeps_the_value_in_a_whole_update_too(claire: Patient) -> None:
    serializer = PatientSerializer(claire, data=QueryDict("ward=B&nir=&marital_status=&family_name="))

    assert serializer.is_valid(), serializer.errors
    serializer.save()
    stored = Patient.objects.get(pk=claire.pk)
    assert (stored.ward, stored.nir.open_ungated(), stored.marital_status.open_ungated()) == ("B", CLAIRE_NIR, "w")


@pytest.mark.parametrize("of", [Dossier, Demand])
def test_every_type_of_field_makes_a_serializer_that_can_be_shown(of: type[Any]) -> None:
    class Everything(serializers.ModelSerializer):  # type: ignore[misc]  # likewise
        class Meta:
            model = of
            fields = "__all__"

    assert "SealedSerializerField" in repr(Everything())


def test_a_decimal_and_a_choice_among_numbers_come_in_as_such() -> None:
    class Both(serializers.ModelSerializer):  # type: ignore[misc]  # likewise
        class Meta:
            model = Demand
            fields = ("amount", "urgency", "rate")

    serializer = Both(data={"amount": "12.5", "urgency": 2, "rate": "5.5"})

    assert serializer.is_valid(), serializer.errors
    assert serializer.validated_data["urgency"] == 2
    assert not Both(data={"amount": "12.55", "urgency": 3, "rate": "6"}).is_valid()


@ONLY_LOG
@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("sent", [{"member": "M-1"}, {"nir": CLAIRE_NIR}, {"nir": AMINE_NIR}], ids=["a", "b", "c"])
def test_in_a_request_no_api_tells_for_free_whether_a_value_is_taken(sent: dict[str, str]) -> None:
    serializer = PolicySerializer(data={"number": "A-2", **sent})

    with disclosing.guard_existence(), pytest.raises(NotDisclosedError, match="validates in"):
        serializer.is_valid()


@pytest.mark.usefixtures("taken")
def test_inside_a_disclosure_each_value_that_must_be_unique_is_charged() -> None:
    disclosure = RightsCheck()
    serializer = PolicySerializer(data={"number": "A-2", "member": "M-1", "nir": AMINE_NIR})

    with disclosing.guard_existence(), disclosing.activate(disclosure):
        assert not serializer.is_valid()

    assert {name: found[0].code for name, found in serializer.errors.items()} == {"member": "unique"}
    assert disclosure.searches == 2


@ONLY_LOG
@isolate_apps("tests.encryption.records")
def test_values_that_are_unique_together_are_asked_about_as_one() -> None:
    class Membership(models.Model):
        house = models.CharField(max_length=9)
        member = SealedTextField(indexed=True, bind_to="house")

        class Meta:
            app_label = "records"
            constraints: ClassVar = [SealedUniqueConstraint(fields=["house", "member"], name="one_of_a_house")]

        def __str__(self) -> str:
            return self.house

    class Together(serializers.ModelSerializer):  # type: ignore[misc]  # likewise
        class Meta:
            model = Membership
            fields = ("house", "member")

    assert [name for name, field in Together().fields.items() if field.required] == ["house", "member"]
    with disclosing.guard_existence(), pytest.raises(NotDisclosedError, match=r"Membership\.member"):
        Together(data={"house": "h", "member": "M-1"}).is_valid()


@ONLY_LOG
def test_what_asks_nothing_needs_no_disclosure(taken: Policy) -> None:
    kept = PolicySerializer(taken, data={"number": "A-1", "nir": "", "member": None})
    contact = ContactSerializer(data={"email": "claire@example.test"})

    with disclosing.guard_existence():
        assert kept.is_valid(), kept.errors
        assert contact.is_valid(), contact.errors


@pytest.mark.usefixtures("taken")
def test_outside_a_request_imports_are_told_of_doubles_as_ever() -> None:
    serializer = PolicySerializer(data={"number": "A-2", "member": "M-1"})

    assert not serializer.is_valid()
    assert set(serializer.errors) == {"member"}
