import json
from datetime import date, datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.encryption.plaintext import BLOCK_BYTES, CODECS, Kind, pad, unpad

VALUES = {
    Kind.TEXT: st.text(),
    Kind.INTEGER: st.integers(min_value=-(2**63), max_value=2**63 - 1),
    Kind.DATE: st.dates(),
    Kind.BYTES: st.binary(),
    Kind.JSON: st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    Kind.NIR: st.from_regex(r"[1-9][0-9]{14}|[1-9][0-9]{5}[AB][0-9]{8}", fullmatch=True).filter(str.isascii),
    Kind.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False).filter(
        lambda value: value or not value.is_signed()
    ),
}
FALSY = [
    (Kind.TEXT, ""),
    (Kind.INTEGER, 0),
    (Kind.BYTES, b""),
    (Kind.DECIMAL, Decimal(0)),
    (Kind.JSON, None),
    (Kind.JSON, False),
    (Kind.JSON, 0),
    (Kind.JSON, ""),
    (Kind.JSON, []),
    (Kind.JSON, {}),
]


@pytest.mark.parametrize("kind", list(Kind))
@given(data=st.data())
def test_every_value_comes_back_as_itself(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])

    assert CODECS[kind].decode(CODECS[kind].encode(value)) == value
    assert CODECS[kind].decode(unpad(pad(CODECS[kind].encode(value)))) == value


@pytest.mark.parametrize(("kind", "value"), FALSY)
def test_c2_falsy_values_come_back_as_themselves_and_c19_are_never_encrypted_empty(kind: Kind, value: Any) -> None:
    plaintext = CODECS[kind].encode(value)
    back = CODECS[kind].decode(plaintext)

    assert back == value
    assert type(back) is type(value)
    assert len(plaintext) >= 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TEXT, 0),
        (Kind.TEXT, b"text"),
        (Kind.INTEGER, True),
        (Kind.INTEGER, "1"),
        (Kind.DATE, datetime(1953, 7, 1)),  # noqa: DTZ001 - that it has no zone is beside the point
        (Kind.DATE, "1953-07-01"),
        (Kind.BYTES, "text"),
        (Kind.JSON, float("nan")),
        (Kind.DECIMAL, 1),
        (Kind.DECIMAL, 1.5),
        (Kind.DECIMAL, Decimal("NaN")),
        (Kind.DECIMAL, Decimal("sNaN")),
        (Kind.DECIMAL, Decimal("-Infinity")),
        (Kind.DECIMAL, Decimal("-0")),
        (Kind.DECIMAL, Decimal("-0.00")),
        (Kind.DECIMAL, Decimal("1e10000")),
        (Kind.DECIMAL, Decimal("1e-10000")),
    ],
)
def test_a_value_of_another_kind_is_refused(kind: Kind, value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        CODECS[kind].encode(value)


@pytest.mark.parametrize("kind", list(Kind))
@given(octets=st.binary(max_size=40))
def test_c10_whatever_opens_is_decoded_as_its_kind_or_refused(kind: Kind, octets: bytes) -> None:
    try:
        value = CODECS[kind].decode(octets)
    except ValueError:
        return
    assert octets[0] == kind
    assert kind is Kind.JSON or CODECS[kind].encode(value) == octets


def test_c10_a_pickle_inside_is_never_unpickled() -> None:
    calls_system = b"cos\nsystem\n(S'true'\ntR."

    with pytest.raises(ValueError, match="kind"):
        CODECS[Kind.JSON].decode(calls_system)
    with pytest.raises(json.JSONDecodeError):
        CODECS[Kind.JSON].decode(bytes([Kind.JSON]) + calls_system)


@given(st.binary(max_size=200))
def test_padded_lengths_are_multiples_that_hide_the_true_one(plaintext: bytes) -> None:
    padded = pad(plaintext)

    assert unpad(padded) == plaintext
    assert len(padded) % BLOCK_BYTES == 0
    assert len(padded) - len(plaintext) in range(1, BLOCK_BYTES + 1)


def test_all_choices_are_as_long_as_the_longest() -> None:
    longest = b"\x01" + b"in a registered partnership abroad"

    assert {len(pad(choice, at_least=len(longest))) for choice in (b"\x01single", b"\x01w", longest)} == {64}


def test_a_padding_without_its_end_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="end mark"):
        unpad(b"\0" * 32)


def test_a_date_has_one_length() -> None:
    assert {len(CODECS[Kind.DATE].encode(day)) for day in (date.min, date(1953, 7, 1), date.max)} == {5}


@given(value=VALUES[Kind.DECIMAL], zeros=st.integers(min_value=0, max_value=40))
def test_an_amount_has_one_encoding_however_many_zeros_it_is_written_with(value: Decimal, zeros: int) -> None:
    sign, digits, exponent = value.as_tuple()
    longer = Decimal((sign, (*digits, *[0] * zeros), int(exponent) - zeros))

    assert longer == value
    assert CODECS[Kind.DECIMAL].encode(longer) == CODECS[Kind.DECIMAL].encode(value)


@given(VALUES[Kind.DECIMAL], VALUES[Kind.DECIMAL])
def test_two_amounts_never_share_an_encoding(one: Decimal, other: Decimal) -> None:
    encode = CODECS[Kind.DECIMAL].encode

    assert (encode(one) == encode(other)) == (one == other)


def test_the_precision_of_the_caller_changes_no_amount() -> None:
    amount = Decimal("1234567890.123456789012345678901234567891")

    with localcontext(prec=3):
        back = CODECS[Kind.DECIMAL].decode(CODECS[Kind.DECIMAL].encode(amount))

    assert back.as_tuple() == amount.as_tuple()


@pytest.mark.parametrize(
    "octets", [b"10e0", b"1e00", b"-0e0", b"0e1", b"+1e0", b"01e0", b"1", b"1E0", b"1e0\n", b"NaN"]
)
def test_an_encoding_that_is_not_the_one_is_refused(octets: bytes) -> None:
    with pytest.raises(ValueError, match="decimal"):
        CODECS[Kind.DECIMAL].decode(bytes([Kind.DECIMAL]) + octets)
