import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.lockout.names import normal_name

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: st.SearchStrategy[Form] = st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])
FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "amine.benali")
SPELLINGS = [
    "Amine.Benali",
    "AMINE.BENALI",
    " amine.benali ",
    FULL_WIDTH,
    "amine\u200b.benali",
    "amine.\x00benali",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_name_is_one_name(spelling: str) -> None:
    """R5, P14: each other spelling would be five more guesses."""
    assert normal_name(spelling) == "amine.benali"


def test_an_accent_makes_another_name_but_its_encoding_does_not() -> None:
    """P14: ``ádmin`` must be neither looked up nor counted as ``admin``."""
    assert normal_name("ádmin") != normal_name("admin")
    assert normal_name("a\u0301dmin") == normal_name("ádmin")


def test_spaces_inside_a_name_count_as_one() -> None:
    assert normal_name("Claire \t\u00a0 Martin") == "claire martin"


def test_a_megabyte_is_not_read_to_its_end() -> None:
    assert len(normal_name("a" * 1_000_000)) == 256


@given(st.text())
def test_the_normal_form_of_a_normal_form_is_itself(submitted: str) -> None:
    once = normal_name(submitted)

    assert normal_name(once) == once


@given(st.text(max_size=100), FORMS)
def test_the_encoding_of_a_name_never_matters(submitted: str, form: Form) -> None:
    assert normal_name(unicodedata.normalize(form, submitted)) == normal_name(submitted)


@given(st.text(alphabet=st.characters(codec="latin-1", categories=["L", "N"]), max_size=60))
def test_case_never_matters(submitted: str) -> None:
    assert normal_name(submitted.upper()) == normal_name(submitted.lower()) == normal_name(submitted.title())
