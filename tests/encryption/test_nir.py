import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.encryption.nir import InvalidNirError, mask_nir, nir_key, pack_nir, parse_nir, unpack_nir

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/nir.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("thirteen", "key", "_what"), VECTORS["valid"])
def test_a_known_number_has_its_known_key(thirteen: str, key: str, _what: str) -> None:
    assert nir_key(thirteen) == key
    assert parse_nir(thirteen + key) == thirteen + key


@pytest.mark.parametrize(("text", "code"), VECTORS["invalid"])
def test_what_is_no_number_is_refused_for_its_own_reason(text: str, code: str) -> None:
    with pytest.raises(InvalidNirError) as refusal:
        parse_nir(text)

    assert refusal.value.code == code
    assert not text.strip() or text not in str(refusal.value)


@pytest.mark.parametrize(
    "typed",
    [
        "2 53 07 2B 073 004 70",
        "2\u00a053\u00a007\u00a02b\u00a0073\u00a0004\u00a070",
        "2.53.07.2b.073.004.70",
        "2\u202f53\u202f07\u202f2B\u202f073\u202f004\u202f70",
        "  253072b07300470\n",
        "2-53-07-2B-073-004-70",
    ],
)
def test_every_way_of_typing_a_number_gives_one_normal_form(typed: str) -> None:
    assert parse_nir(typed) == "253072B07300470"


def test_a_provisional_number_is_refused_where_the_portal_says_so() -> None:
    assert parse_nir("785019935100148") == "785019935100148"

    with pytest.raises(InvalidNirError) as refusal:
        parse_nir("785019935100148", accept_provisional=False)

    assert refusal.value.code == "provisional"


@pytest.mark.parametrize("letters", ["2A", "2B"])
def test_a_corsican_number_is_not_the_number_of_its_replacement(letters: str) -> None:
    replaced = {"2A": "19", "2B": "18"}[letters]

    assert nir_key(f"25307{letters}073004") == nir_key(f"25307{replaced}073004")
    assert parse_nir(f"25307{letters}073004{nir_key(f'25307{letters}073004')}")[5:7] == letters


@given(st.integers(min_value=10**12, max_value=9 * 10**12 - 1), st.integers(min_value=0, max_value=99))
def test_exactly_one_key_of_a_hundred_fits(number: int, key: int) -> None:
    thirteen = str(number)

    assert 1 <= int(nir_key(thirteen)) <= 97
    assert (int(thirteen) + int(nir_key(thirteen))) % 97 == 0
    assert (nir_key(thirteen) == f"{key:02d}") == (1 <= key <= 97 and (number + key) % 97 == 0)


@given(st.text(max_size=20))
def test_any_text_is_parsed_or_refused_and_never_more(text: str) -> None:
    try:
        nir = parse_nir(text)
    except InvalidNirError:
        return
    assert parse_nir(nir) == nir


NORMAL_FORMS = st.from_regex(r"[1-9][0-9]{14}|[1-9][0-9]{5}[AB][0-9]{8}", fullmatch=True).filter(str.isascii)


@given(NORMAL_FORMS, NORMAL_FORMS)
def test_a_number_is_packed_to_seven_bytes_of_its_own(number: str, other: str) -> None:
    packed = pack_nir(number)

    assert (len(packed), unpack_nir(packed)) == (7, number)
    assert (packed == pack_nir(other)) == (number == other)


@given(st.binary(min_size=6, max_size=8))
def test_whatever_is_unpacked_packs_to_the_same_bytes(octets: bytes) -> None:
    try:
        number = unpack_nir(octets)
    except ValueError:
        return
    assert pack_nir(number) == octets


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25307990730047",
        "2530799073004701",
        "2530799C7300470",
        "\N{FULLWIDTH DIGIT TWO}53079907300470",
        "053079907300470",
    ],
)
def test_what_is_not_fifteen_digits_is_not_packed(text: str) -> None:
    with pytest.raises(ValueError, match="normal form"):
        pack_nir(text)


@pytest.mark.parametrize("packed", [0, 10**15, 3 << 50 | 253079907300470, 1 << 50 | 253079907300470, (1 << 56) - 1])
def test_bytes_that_no_number_is_packed_to_are_refused(packed: int) -> None:
    with pytest.raises(ValueError, match="no number"):
        unpack_nir(packed.to_bytes(7, "big"))


def test_a3_a_mask_leaves_the_sex_and_the_year_of_birth() -> None:
    assert mask_nir("184058899901237") == "1 84 ●● ●● ●●● ●●● ●●"


def answer(typed: str) -> str:
    try:
        return parse_nir(typed)
    except InvalidNirError as refusal:
        return refusal.code


@given(
    first=st.sampled_from("0123789"),
    month=st.integers(0, 99),
    place=st.from_regex(r"[0-9]{2}(000|[0-9]{3})|2[AB][0-9]{3}", fullmatch=True),
    order=st.integers(0, 999),
    slip=st.sampled_from([0, 0, 0, 1, 50]),
)
def test_the_short_way_of_a_number_in_normal_form_gives_the_long_way_s_answer(
    first: str, month: int, place: str, order: int, slip: int
) -> None:
    thirteen = f"{first}84{month:02d}{place}{order:03d}"
    number = thirteen + f"{(int(nir_key(thirteen)) + slip) % 100:02d}"

    assert answer(number) == answer(f" {number}")
