"""Masked addresses."""

from portal.accounts.masking import mask_email


def test_an_address_keeps_its_first_letter_and_its_domain() -> None:
    assert mask_email("amine.benali@example.org") == "a●●●@example.org"


def test_no_address_stays_nothing() -> None:
    assert mask_email("") == ""
