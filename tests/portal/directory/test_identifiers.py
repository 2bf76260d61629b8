"""National identifiers."""

import pytest
from django.core.exceptions import ValidationError

from portal.directory.identifiers import luhn_key, validate_finess, validate_rpps, validate_siret


@pytest.mark.parametrize("number", ["990000010", "990123457", "2A0000014", "2B0000020"])
def test_valid_establishment_numbers_pass(number: str) -> None:
    validate_finess(number)


@pytest.mark.parametrize(
    "number", ["990000011", "99000001", "9900000100", "2C0000014", "", "\uff19\uff19\uff10\uff10\uff10\uff10010"]
)
def test_impossible_establishment_numbers_are_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        validate_finess(number)


def test_a_business_number_has_fourteen_digits_and_a_key() -> None:
    validate_siret("73282932000074")
    with pytest.raises(ValidationError):
        validate_siret("73282932000075")


@pytest.mark.parametrize("number", ["10002673899", "10100050075", "11102058236"])
def test_official_samples_of_practitioner_numbers_pass_though_they_fail_luhn(number: str) -> None:
    validate_rpps(number)


@pytest.mark.parametrize("number", ["1000267389", "100026738990", "1000267389a", "10002673899\n"])
def test_a_practitioner_number_has_eleven_digits(number: str) -> None:
    with pytest.raises(ValidationError):
        validate_rpps(number)


def test_a_computed_key_is_valid() -> None:
    assert luhn_key("99000001") == "0"
