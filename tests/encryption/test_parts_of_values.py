"""The pure rules of parts: every value has each, a look-up names the same one, and no more are told than is said."""

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.encryption.fields import SealedDateField, SealedJSONField, SealedNirField, SealedTextField
from hardening.encryption.nir import nir_key, parse_nir
from hardening.encryption.normalisers import NORMALISERS
from hardening.encryption.parts import PART_FUNCTIONS, PartIndex, bits_told, fitting

UNATTRIBUTED = ("49999", "2A999", "2B999", "99999", "97999")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    sex, year = draw(st.sampled_from("12345678")), draw(st.integers(0, 99))
    month = draw(st.sampled_from([*range(1, 13), *range(20, 43), *range(50, 100)]))
    place, order = draw(st.sampled_from(UNATTRIBUTED)), draw(st.integers(1, 999))
    thirteen = f"{sex}{year:02d}{month:02d}{place}{order:03d}"
    return str(parse_nir(thirteen + nir_key(thirteen)))


DATES = st.dates(min_value=date(1, 1, 1))
TEXTS = st.text(max_size=12)
VALUES = {"nir.1": numbers(), "date.1": DATES, "text.1": TEXTS, "caseless.1": TEXTS}
CASES = [(name, kind) for name, rule in PART_FUNCTIONS.items() for kind in rule.normalisers]


@pytest.mark.parametrize(("function", "kind"), CASES)
@given(data=st.data())
def test_every_value_has_the_part_and_is_found_by_naming_it(function: str, kind: str, data: st.DataObject) -> None:
    part = PartIndex(function)
    value = data.draw(VALUES[kind])

    assert part.asked(part.normal(value).decode()) == part.normal(value)


PARTS_OF_ONE = {
    "nir.sex.1": ("2", 2),
    "nir.birth_year.1": ("84", 84),
    "nir.birth_month.1": ("05", 5),
    "nir.department.1": ("49", 49),
    "nir.last_4.1": ("1261", "1261"),
}


@pytest.mark.parametrize(("function", "expected"), PARTS_OF_ONE.items(), ids=PARTS_OF_ONE)
def test_the_parts_of_a_number_stand_where_the_number_has_them(function: str, expected: tuple[str, Any]) -> None:
    written, asked = expected
    part = PartIndex(function)

    assert part.normal("284054999901261") == written.encode() == part.asked(asked)


def test_months_that_a_number_does_not_know_are_one_group() -> None:
    month = PartIndex("nir.birth_month.1")

    assert {month.normal(f"284{code}4999901200") for code in ("20", "42", "50", "99")} == {b"00"}
    assert [month.normal(f"284{code}4999901200") for code in ("01", "12", "13")] == [b"01", b"12", b"00"]
    assert month.asked(0) == b"00"


def test_the_parts_of_a_date_and_of_a_text() -> None:
    assert PartIndex("date.year.1").normal(date(984, 5, 17)) == b"0984" == PartIndex("date.year.1").asked(984)
    assert PartIndex("date.month.1").normal(date(1984, 5, 17)) == b"05" == PartIndex("date.month.1").asked("5")
    digits = PartIndex("text.last_4_digits.1")
    assert [digits.normal(text) for text in ("+33 1 99-00.12/34", "12", "", "٣٤")] == [b"1234", b"12", b"", b""]
    letter = PartIndex("text.first_letter.1")
    texts = ("Martin", " émile", "\u0065\u0301mile", "SSeta", "李", "4", "", "ﬁn")
    assert [letter.normal(text) for text in texts] == [b"m", b"e", b"e", b"s", b"#", b"#", b"#", b"f"]


NO_PARTS = {
    "nir.sex.1": (0, 9, "12", "x", "", None, True, 1.0),
    "nir.birth_year.1": (1984, -1, "084", "8x", "²", False),
    "nir.birth_month.1": (13, "x"),
    "nir.department.1": ("00", "2C", "751", "", 0, 100, True, "a", None, "²³"),
    "nir.last_4.1": (1261, "261", "12612", "12a4", "", None, "١٢٣٤"),
    "date.year.1": (0, 10_000, "01984", "1984-05"),
    "date.month.1": (0, 13),
    "text.first_letter.1": ("", "ab", 5, None),
    "text.last_4_digits.1": ("12345", 1234, "x"),
}


@pytest.mark.parametrize(("function", "asked"), [(name, one) for name, many in NO_PARTS.items() for one in many])
def test_what_is_no_such_part_is_refused(function: str, asked: object) -> None:
    with pytest.raises(ValueError, match=r"^it is "):
        PartIndex(function).asked(asked)


def test_the_ends_of_each_range_are_parts() -> None:
    for function, ends in (("nir.sex.1", (1, 8)), ("nir.birth_year.1", (0, 99)), ("date.year.1", (1, 9999))):
        assert all(PartIndex(function).asked(end) for end in ends)
    assert PartIndex("nir.department.1").asked(1) == b"01"
    assert PartIndex("nir.department.1").asked("2a") == b"2A"
    assert PartIndex("text.last_4_digits.1").asked("") == b""


@given(values=st.lists(numbers(), min_size=50, max_size=50))
def test_no_part_of_a_number_has_more_groups_than_are_told(values: list[str]) -> None:
    groups = {"nir.sex.1": 8, "nir.birth_year.1": 100, "nir.birth_month.1": 13, "nir.department.1": 101}

    for function, most in groups.items():
        assert PART_FUNCTIONS[function].groups == most
        assert len({PartIndex(function).normal(value) for value in values}) <= most


def test_bits_are_those_of_the_groups_and_add_up() -> None:
    year, sex = PartIndex("nir.birth_year.1"), PartIndex("nir.sex.1")

    assert year.bits == pytest.approx(6.64, abs=0.01)
    assert bits_told([year, sex]) == pytest.approx(math.log2(800))
    assert bits_told([]) == 0
    assert {name: PART_FUNCTIONS[name].groups for name in ("nir.last_4.1", "date.year.1", "date.month.1")} == {
        "nir.last_4.1": 9_700,
        "date.year.1": 128,
        "date.month.1": 12,
    }
    assert [PART_FUNCTIONS[name].groups for name in ("text.first_letter.1", "text.last_4_digits.1")] == [27, 11_111]


def test_functions_have_a_kind_a_name_and_a_version_and_no_name_of_a_normaliser() -> None:
    assert PART_FUNCTIONS.keys().isdisjoint(NORMALISERS)
    for name, rule in PART_FUNCTIONS.items():
        kind, part, version = name.split(".")
        assert (PartIndex(name).name, version) == (part, "1")
        assert kind in {"nir", "date", "text"}
        assert set(rule.normalisers) <= NORMALISERS.keys()
    assert fitting("date.1") == {"year": "date.year.1", "month": "date.month.1"}
    assert fitting("integer.1") == {}


def test_a_migration_keeps_the_function_and_not_the_reason() -> None:
    part = PartIndex("date.year.1", reason="statistics")

    assert part.deconstruct() == ("hardening.encryption.fields.PartIndex", ("date.year.1",), {})
    assert part == PartIndex("date.year.1", reason="reworded")


def test_what_has_no_such_part_or_no_room_for_it_cannot_be_declared() -> None:
    year, month = PartIndex("date.year.1"), PartIndex("date.month.1")
    number = [PartIndex(f"nir.{name}.1") for name in ("sex", "birth_year", "birth_month", "department")]

    with pytest.raises(ValueError, match=r"the function is one of nir\.sex\.1"):
        PartIndex("date.century.1")
    kind: Any
    for kind, parts in ((SealedTextField, [year]), (SealedNirField, [month])):
        with pytest.raises(ValueError, match="have no part date"):
            kind(parts=parts)
    for kind, parts in ((SealedDateField, [year, month, year]), (SealedNirField, number)):
        with pytest.raises(ValueError, match="at most 3 parts, each once"):
            kind(parts=parts)
    with pytest.raises(TypeError, match="has no index"):
        SealedJSONField(parts=[PartIndex("text.first_letter.1")])
