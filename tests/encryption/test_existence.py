import logging

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from hardening import disclosing
from hardening.errors import NotDisclosedError
from tests.encryption.cast import CLAIRE_NIR
from tests.encryption.conftest import RightsCheck
from tests.encryption.records.models import Contact, Patient, Policy

pytestmark = pytest.mark.django_db

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
