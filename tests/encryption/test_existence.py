import logging
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.test import override_settings

from hardening import disclosing
from hardening.encryption.part_counts import count_by_part
from hardening.errors import NotDisclosedError
from tests.encryption.cast import CLAIRE_NIR
from tests.encryption.conftest import RightsCheck
from tests.encryption.records.models import Contact, Insured, Patient, Policy

pytestmark = pytest.mark.django_db

WITH_PARTS = override_settings(HARDENING_ENCRYPTION={"refuse_existence": True, "parts_in_requests": True})
ONLY_LOG = override_settings(HARDENING_ENCRYPTION={"refuse_existence": False})


def test_in_a_request_asking_whether_a_number_exists_needs_a_disclosure() -> None:
    questions = Patient.objects.filter(nir=CLAIRE_NIR), Patient.objects.filter(nir__in=[CLAIRE_NIR])

    with disclosing.guard_existence():
        for question in questions:
            with pytest.raises(NotDisclosedError, match="asking whether a value exists"):
                question.exists()


def test_inside_a_disclosure_each_question_is_noted(rights_check: RightsCheck) -> None:
    with disclosing.guard_existence():
        assert not Patient.objects.filter(nir=CLAIRE_NIR).exists()

    assert rights_check.searches == 1


def test_a_unique_error_is_a_question_too() -> None:
    Policy.objects.create(number="A-1", nir=CLAIRE_NIR)

    with disclosing.guard_existence(), pytest.raises(NotDisclosedError):
        Policy(number="A-2", nir=CLAIRE_NIR).full_clean()
    with pytest.raises(ValidationError):
        Policy(number="A-2", nir=CLAIRE_NIR).full_clean()


def test_emptiness_clear_columns_and_fields_that_open_on_access_are_free() -> None:
    with disclosing.guard_existence():
        assert not Patient.objects.filter(nir="", ward="A").exists()
        assert not Contact.objects.filter(email="claire@example.org").exists()


@ONLY_LOG
def test_where_it_is_only_logged_the_log_names_the_field_and_no_value(caplog: pytest.LogCaptureFixture) -> None:
    with disclosing.guard_existence(), caplog.at_level(logging.WARNING):
        assert not Patient.objects.filter(nir=CLAIRE_NIR).exists()

    assert "records.Patient.nir" in caplog.text
    assert CLAIRE_NIR not in caplog.text


@override_settings(HARDENING_ENCRYPTION={}, DEBUG=True)
def test_debug_refuses_where_nothing_is_said() -> None:
    with disclosing.guard_existence(), pytest.raises(NotDisclosedError):
        Patient.objects.filter(nir=CLAIRE_NIR).exists()


BY_PART: dict[str, Callable[[], object]] = {
    "exact": lambda: Insured.objects.filter(nir__birth_year=84).exists(),
    "in": lambda: Insured.objects.exclude(nir__birth_year__in=[84]).exists(),
    "counted": lambda: count_by_part(Insured.objects.all(), "nir__birth_year", among=[84]),
}


@pytest.mark.parametrize("question", BY_PART.values(), ids=BY_PART)
@pytest.mark.usefixtures("rights_check")
def test_no_request_looks_people_up_by_a_part_whatever_disclosure_is_open(question: Callable[[], object]) -> None:
    question()

    with disclosing.guard_existence(), pytest.raises(NotDisclosedError, match="by a part of a value"):
        question()


@WITH_PARTS
@pytest.mark.parametrize("question", BY_PART.values(), ids=BY_PART)
def test_where_settings_allow_parts_in_requests_each_question_is_charged(question: Callable[[], object]) -> None:
    disclosure = RightsCheck()

    with disclosing.guard_existence():
        with pytest.raises(NotDisclosedError, match="asking whether a value exists"):
            question()
        with disclosing.activate(disclosure):
            question()

    assert disclosure.searches == 1


def test_sizes_of_unnamed_groups_and_parts_of_what_opens_on_access_are_free() -> None:
    Insured.objects.create(nir=CLAIRE_NIR, phone="1234")

    with disclosing.guard_existence():
        assert Insured.objects.filter(phone__last_4_digits="1234").exists()
        assert [group["n"] for group in Insured.objects.values("nir_birth_year_index").annotate(n=Count("*"))] == [1]
