from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms import modelform_factory
from django.test import override_settings
from django.utils.translation import override

from hardening.encryption.forms import NirFormField
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Contact, Patient

MASK = "● ●● ●● ●● ●●● ●●● ●●"
PatientForm = modelform_factory(Patient, fields=["nir", "birth_date", "family_name", "marital_status", "ward"])


class LookUpForm(forms.Form):
    nir = NirFormField()


REFUSALS = {
    "": "required",
    "2840549999012": "no_key",
    "284054999901262": "key",
    "28405499990126": "length",
    "28405499990126O": "characters",
    "284134999901261": "month",
    "984054999901261": "sex",
    "284050099901261": "place",
    "284054999900061": "order",
    "1" * 41: "length",
}


@pytest.mark.parametrize(("typed", "code"), REFUSALS.items())
def test_each_mistake_in_a_number_has_its_own_message_that_repeats_nothing(typed: str, code: str) -> None:
    form = LookUpForm({"nir": typed})

    assert [error.code for error in form.errors.as_data()["nir"]] == [code]
    assert not typed or typed not in str(form.errors["nir"])


def test_the_messages_differ_from_each_other_in_french() -> None:
    with override("fr"):
        messages = {str(LookUpForm({"nir": typed}).errors["nir"]) for typed in REFUSALS}

    assert len(messages) == len(set(REFUSALS.values()))
    assert not any("social security" in message for message in messages)


@pytest.mark.parametrize("separator", [" ", "\u00a0", "\u202f", ".", "-", ""])
def test_a_number_is_cleaned_to_its_normal_form(separator: str) -> None:
    form = LookUpForm({"nir": separator.join(["2", "84", "05", "49", "999", "012", "61"])})

    assert form.is_valid()
    assert form.cleaned_data["nir"] == CLAIRE_NIR


def test_provisional_numbers_are_accepted_as_the_portal_or_the_field_says() -> None:
    provisional = "785019935100148"

    assert NirFormField().clean(provisional) == provisional
    with (
        override_settings(HARDENING_ENCRYPTION={"accept_provisional_nir": False}),
        pytest.raises(forms.ValidationError),
    ):
        NirFormField().clean(provisional)
    with pytest.raises(forms.ValidationError):
        NirFormField(accept_provisional=False).clean(provisional)


def test_the_browser_is_asked_not_to_remember_the_number() -> None:
    assert 'autocomplete="off"' in LookUpForm().as_p()


@pytest.fixture
def claire(db: None) -> Patient:  # noqa: ARG001 - it opens the database
    stored = Patient.objects.create(
        nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, family_name="Martin", marital_status="single", ward="A"
    )
    return Patient.objects.get(pk=stored.pk)


def submitted(claire: Patient, **data: str) -> Any:
    form = PatientForm(data, instance=claire)
    if form.is_valid():
        form.save()
    return form


def plain(patient: Patient) -> list[Any]:
    stored = Patient.objects.get(pk=patient.pk)
    values = [stored.nir, stored.birth_date, stored.family_name, stored.marital_status]
    return [value.open_ungated() if hasattr(value, "open_ungated") else value for value in values]


def test_a_form_shows_masks_as_hints_and_no_value(claire: Patient) -> None:
    page = PatientForm(instance=claire).as_div()

    assert MASK in page
    for secret in (CLAIRE_NIR, "1984", "17/05", "Martin", "selected>Single"):
        assert secret not in page
    assert 'name="nir" autocomplete' in page or "value=" not in page.split('name="nir"')[1].split(">")[0]
    assert "required" not in page.split('name="nir"')[1].split(">")[0]


def test_an_untouched_form_keeps_every_value(claire: Patient) -> None:
    form = submitted(claire, nir="", birth_date="", family_name="", marital_status="", ward="B")

    assert form.errors == {}
    assert form.changed_data == ["ward"]
    assert plain(claire) == [CLAIRE_NIR, CLAIRE_BORN, "Martin", "single"]


def test_what_is_typed_replaces_the_value(claire: Patient) -> None:
    typed = {"nir": "1 75 01 99 990 002 97", "birth_date": "2001-02-03", "family_name": "Benali", "marital_status": "w"}
    form = submitted(claire, **typed)

    assert form.errors == {}
    assert set(form.changed_data) >= set(typed)
    assert plain(claire) == [AMINE_NIR, date(2001, 2, 3), "Benali", "w"]


def test_a_box_of_its_own_clears_a_value(claire: Patient) -> None:
    assert 'name="nir-clear"' in PatientForm(instance=claire).as_div()

    form = submitted(claire, **{"nir-clear": "on", "birth_date-clear": "on"})

    assert form.errors == {}
    assert plain(claire) == ["", None, "Martin", "single"]


def test_clearing_and_typing_at_once_is_refused(claire: Patient) -> None:
    form = submitted(claire, **{"nir": AMINE_NIR, "nir-clear": "on"})

    assert [error.code for error in form.errors.as_data()["nir"]] == ["contradiction"]
    assert plain(claire)[0] == CLAIRE_NIR


@pytest.mark.parametrize("typed", [MASK, "2 84 ●● ●● ●●● ●●● ●●", "●●●●●●"])
def test_a_mask_that_comes_back_is_no_value(claire: Patient, typed: str) -> None:
    form = submitted(claire, nir=typed, family_name=typed)

    assert [error.code for error in form.errors.as_data()["nir"]] == ["masked"]
    assert [error.code for error in form.errors.as_data()["family_name"]] == ["masked"]
    assert plain(claire)[2] == "Martin"


def test_an_invalid_number_keeps_the_old_one_and_shows_its_error_c1(claire: Patient) -> None:
    form = submitted(claire, nir="2 84 05 49 999 012 62")

    assert [error.code for error in form.errors.as_data()["nir"]] == ["key"]
    assert claire.nir.matches(CLAIRE_NIR)
    assert plain(claire)[0] == CLAIRE_NIR


@pytest.mark.django_db
def test_a_new_row_takes_what_is_typed_and_asks_for_nothing_more() -> None:
    form = PatientForm({"nir": CLAIRE_NIR, "ward": "A"})

    assert form.is_valid(), form.errors
    assert form.save().nir.matches(CLAIRE_NIR)
    assert "-clear" not in PatientForm().as_div()


@pytest.mark.django_db
def test_a_field_that_opens_on_access_shows_its_value() -> None:
    contact = Contact.objects.create(email="claire@example.org", phone="04 72 00 00 00")
    form_class = modelform_factory(Contact, fields=["email", "phone"])

    assert 'value="claire@example.org"' in form_class(instance=contact).as_p()
    form = form_class({"email": "claire@example.org", "phone": "04 72 11 11 11"}, instance=contact)
    assert form.changed_data == ["phone"]
    form.save()
    assert Contact.objects.get().phone == "04 72 11 11 11"
