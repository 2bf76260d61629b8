"""One-time codes, without a database."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.authenticators.one_time_code import (
    NEVER,
    SEED_BYTES,
    STEP,
    TOLERANCE,
    Match,
    code_at,
    match,
    provisioning_uri,
    read_code,
    spell_seed,
    step_at,
)

RFC_SEED = b"12345678901234567890"
NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
SEEDS = st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2055, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    """RFC 6238, appendix B, in six digits."""
    at = datetime.fromtimestamp(moment, UTC)

    assert code_at(RFC_SEED, counter=step_at(at)) == code
    assert match(RFC_SEED, code, at=at, last_counter=NEVER) == Match(counter=moment // 30, is_replay=False)


@pytest.mark.parametrize(
    "text", ["123456", "123 456", " 123456\n", "123\u202f456", "123\u00a0456", "\uff11\uff12\uff13456"]
)
def test_a_pasted_code_is_read_whatever_its_spaces_and_width(text: str) -> None:
    """P7."""
    assert read_code(text) == "123456"


@pytest.mark.parametrize(
    "text",
    [
        *("", "12345", "1234567", "12345a", "123-456", "123.456", "1e5000", "0x1234"),
        *("+12345", "-12345", "12_345", "1_2345", "12345\x00", "12345\u200b6"),
        *("12345\u0663", "\u0661\u0662\u0663\u0664\u0665\u0666", "\u0967\u0968\u0969\u096a\u096b\u096c"),
    ],
)
def test_any_other_spelling_is_no_code(text: str) -> None:
    """P7: int() would accept several of these, and a replay marker kept by string would not know them again."""
    assert read_code(text) is None


@given(st.text(max_size=12))
def test_whatever_is_read_is_six_ascii_digits(text: str) -> None:
    code = read_code(text)

    assert code is None or (code.isascii() and code.isdecimal() and len(code) == 6)


def test_a_code_is_good_one_step_early_and_one_step_late() -> None:
    step = step_at(NOON)

    accepted = [
        offset
        for offset in range(-3, 4)
        if match(RFC_SEED, code_at(RFC_SEED, counter=step + offset), at=NOON, last_counter=NEVER)
    ]

    assert accepted == [-1, 0, 1]


def test_a_code_used_once_is_a_replay_even_when_it_comes_back_in_the_next_step() -> None:
    code = code_at(RFC_SEED, counter=step_at(NOON))
    first = match(RFC_SEED, code, at=NOON, last_counter=NEVER)

    assert first is not None
    again = match(RFC_SEED, code, at=NOON + STEP, last_counter=first.counter)

    assert again == Match(counter=first.counter, is_replay=True)


def test_an_earlier_code_is_used_up_with_the_later_one() -> None:
    earlier = code_at(RFC_SEED, counter=step_at(NOON) - 1)

    assert match(RFC_SEED, earlier, at=NOON, last_counter=step_at(NOON)) == Match(step_at(NOON) - 1, is_replay=True)


@given(
    seed=SEEDS, at=MOMENTS, offset=st.integers(-TOLERANCE, TOLERANCE), later=st.lists(st.integers(0, 300), max_size=8)
)
def test_no_accepted_code_is_ever_accepted_again(seed: bytes, at: datetime, offset: int, later: list[int]) -> None:
    """P8: the marker outlives the code, whenever it is tried again."""
    step = step_at(at) + offset
    code = code_at(seed, counter=step)
    first = match(seed, code, at=at, last_counter=NEVER)
    assert first is not None

    for seconds in later:
        again = match(seed, code, at=at + timedelta(seconds=seconds), last_counter=first.counter)
        # A later step shares its code with this one once in a million; that code is another, not used before.
        assert again is None or again.is_replay or again.counter > first.counter


def test_the_seed_is_spelt_in_groups_for_those_who_cannot_scan() -> None:
    assert spell_seed(RFC_SEED) == "gezd gnbv gy3t qojq gezd gnbv gy3t qojq"


def test_the_address_in_the_qr_code_names_portal_and_account() -> None:
    address = urlsplit(provisioning_uri(RFC_SEED, issuer="Tiers payant & Cie", label="amine.benali"))

    assert address.path == "/Tiers%20payant%20%26%20Cie:amine.benali"
    assert parse_qs(address.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Tiers payant & Cie"],
        "digits": ["6"],
        "period": ["30"],
    }
