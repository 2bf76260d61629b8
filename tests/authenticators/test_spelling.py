"""Secrets on paper: spelt so that nobody mistypes them, and hashed so that a dump is worth nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.authenticators import grant, recovery_code, spelling

AMINE, CLAIRE = "amine", "claire"


def test_no_symbol_can_be_taken_for_another() -> None:
    assert len(set(spelling.ALPHABET)) == 1 << spelling.BITS_PER_SYMBOL
    assert not set("0o1l") & set(spelling.ALPHABET)
    assert spelling.ALPHABET.casefold() == spelling.ALPHABET


@given(st.integers(0, 2**80 - 1), st.integers(0, 2**80 - 1))
def test_different_secrets_are_spelt_differently(one: int, other: int) -> None:
    assert (spelling.spell(one, symbols=16) == spelling.spell(other, symbols=16)) == (one == other)


@pytest.mark.parametrize("number", [-1, 1 << 80])
def test_a_secret_that_does_not_fit_is_refused_rather_than_cut(number: int) -> None:
    with pytest.raises(ValueError, match="fit"):
        spelling.spell(number, symbols=16)


@given(st.integers(0, 2**80 - 1))
def test_what_is_printed_is_read_back_however_it_is_typed(number: int) -> None:
    code = spelling.spell(number, symbols=16)
    printed = spelling.in_groups(code)

    for typed in (
        printed,
        printed.upper(),
        code,
        printed.replace("-", " "),
        printed.replace("-", "\u2011"),
        f" {code}\n",
    ):
        assert spelling.read(typed, symbols=16) == code


@pytest.mark.parametrize("text", ["", "abcd", "0bcd-efgh-jkmn-pqrs", "abcd-efgh-ijkm-npqr-s", "ábcd-efgh-jkmn-pqrs"])
def test_a_code_of_another_length_or_alphabet_is_none(text: str) -> None:
    assert spelling.read(text, symbols=16) is None


def test_recovery_codes_have_at_least_64_bits_and_grants_at_least_128() -> None:
    """Counted from what is printed, not from a constant."""
    assert len(recovery_code.new_code()) * spelling.BITS_PER_SYMBOL >= 64
    assert len(grant.new_code()) * spelling.BITS_PER_SYMBOL >= 128


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_no_two_pairs_of_account_and_code_share_what_is_hashed(one: str, code: str, other: str, second: str) -> None:
    is_same = (one, code) == (other, second)

    assert (recovery_code.message(code, account=one) == recovery_code.message(second, account=other)) == is_same
    assert (grant.fingerprint(code, account=one) == grant.fingerprint(second, account=other)) == is_same


def test_a_grant_is_worth_nothing_on_another_account() -> None:
    code = grant.new_code()

    assert grant.fingerprint(code, account=AMINE) != grant.fingerprint(code, account=CLAIRE)
