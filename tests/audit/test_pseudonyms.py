import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.audit.pseudonyms import HIDDEN, coarse_network, opaque, without_numbers


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unix:", ""),
        ("203.0.113.7.evil", ""),
    ],
)
def test_a_network_is_kept_as_coarse_as_an_incident_needs(address: str, network: str) -> None:
    assert coarse_network(address) == network


@pytest.mark.parametrize(
    "number",
    [
        "269054958815780",
        "2 69 05 49 588 157 80",
        "2\u00a069\u202f05 49-588.157/80",
        "253072A07300443",
        "2 53 07 2a 073 004 43",
        "2-53-07-2B-073-004-43",
        "".join(chr(0xFF10 + int(digit)) for digit in "2690549588157"),
        "".join(chr(0x660 + int(digit)) for digit in "2690549588157"),
        "123456",
        "123 456",
        "01 23 45 67 89",
        "03/02/1969",
    ],
)
def test_a_number_pasted_into_a_sentence_leaves_no_half_of_itself(number: str) -> None:
    """A3."""
    hidden = without_numbers(f"called about {number}, it was him")

    assert hidden == f"called about {HIDDEN}, it was him"


@pytest.mark.parametrize(
    "text", ["called at 14:05", "desk 3", "240 people, usually 9", "2 codes of 5", "l'été dernier"]
)
def test_an_ordinary_sentence_stays(text: str) -> None:
    assert without_numbers(text) == text


@pytest.mark.parametrize(
    "reference",
    ["00010000-0000-4000-8000-00000000000a", "9f86d081884c7d659a2feaa0c55ad015", "k7m2pq9xw4ta", "unknown:12ab"],
)
def test_a_reference_of_ours_stays(reference: str) -> None:
    assert without_numbers(f"see {reference}.") == f"see {reference}."


@given(st.from_regex(r"[0-9]{13,15}", fullmatch=True), st.sampled_from(["", " ", "a", "f00d", "-", "x="]))
def test_no_company_makes_a_number_pass_for_a_reference(number: str, neighbour: str) -> None:
    """A3."""
    for text in (neighbour + number, number + neighbour):
        assert not re.search(r"\d{6}", without_numbers(text))


def test_an_address_pasted_with_its_question_loses_the_question() -> None:
    assert without_numbers("saw /lookup?nir=abc&born=1 open") == f"saw /lookup{HIDDEN} open"


def test_a_sentence_cannot_forge_a_second_line() -> None:
    assert without_numbers("fine\r\nroot: released\x00") == "fine  root: released "


def test_a_text_without_end_has_one_here() -> None:
    assert len(without_numbers("a" * 10_000)) == 500


@pytest.mark.parametrize("reference", ["", "42", "c1a1e000-0000-4000-8000-000000000001", "claire@example.org"])
def test_whatever_names_an_account_in_a_portal_names_it_here(reference: str) -> None:
    assert opaque(reference) == reference


@pytest.mark.parametrize("text", ["Claire Martin", "/lookup?nir=1", "a\nb", "a" * 65, "é"])
def test_a_sentence_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        opaque(text)
