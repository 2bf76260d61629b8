from datetime import date
from uuid import uuid4

import pytest

from hardening.encryption.matching import is_same, open_for_match, open_nobody
from hardening.encryption.sealed_field import SealedField
from hardening.errors import NotDisclosedError
from tests.encryption.cast import CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.conftest import RightsCheck
from tests.encryption.records.models import Contact, Patient

pytestmark = pytest.mark.django_db

SEALED = [field for model in (Patient, Contact) for field in model._meta.get_fields() if isinstance(field, SealedField)]


def test_the_gate_compares_opened_values_without_releasing_them(rights_check: RightsCheck) -> None:
    patient = Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, ward="A")

    assert is_same(open_for_match(patient, field="birth_date"), CLAIRE_BORN)
    assert not is_same(open_for_match(patient, field="birth_date"), date(1984, 5, 18))
    assert open_for_match(patient, field="family_name") == ""
    assert open_for_match(patient, field="ward") == "A"
    assert rights_check.opened == []


def test_outside_a_disclosure_nothing_opens_for_a_comparison_either() -> None:
    patient = Patient.objects.create(nir=CLAIRE_NIR)

    with pytest.raises(NotDisclosedError):
        open_for_match(patient, field="nir")


@pytest.mark.parametrize("field", SEALED, ids=str)
def test_a_miss_can_open_nobody_in_every_kind_of_field(field: SealedField) -> None:
    open_nobody(field, row=uuid4())
