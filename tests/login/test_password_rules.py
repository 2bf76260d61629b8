"""Which passwords are refused, and which good ones must not be."""

import pytest

from hardening.login.password_rules import context_word_in, is_common, is_pattern, plain

COMMON = {"motdepasse", "bonjour", "soleil", "azerty"}


@pytest.mark.parametrize(
    "password", ["motdepasse", "MotDePasse", "Motdepasse2024!", "!!soleil!!", "m0td3p@sse", "Bonj0ur", "bônjour1"]
)
def test_a_common_word_is_known_again_under_its_decoration(password: str) -> None:
    assert is_common(password, common=COMMON)


@pytest.mark.parametrize(
    "password", ["soleil levant sur la rade", "bonjour 839204 772 311", "grenouille bleue", "12 azertys"]
)
def test_a_good_password_is_not_refused_for_containing_a_common_word(password: str) -> None:
    assert not is_common(password, common=COMMON)


@pytest.mark.parametrize(
    "password", ["aaaaaaaa", "abababab", "abcabcabc", "12121212", "abcdefgh", "87654321", "poiuytreza", "qsdfghjk"]
)
def test_a_pattern_is_refused(password: str) -> None:
    assert is_pattern(password)


@pytest.mark.parametrize("password", ["abba abba abbé", "trousse à pharmacie", "qs8dfghjz"])
def test_ordinary_words_are_no_pattern(password: str) -> None:
    assert not is_pattern(password)


@pytest.mark.parametrize(
    "password", ["TiersPayant", "tierspayant2024!", "amine.benali", "benali69!", "Benali!!", "xxbenali"]
)
def test_the_names_around_the_account_are_refused(password: str) -> None:
    assert context_word_in(password, words=["TiersPayant", "amine.benali"])


@pytest.mark.parametrize("password", ["les lunettes de benali sont bleues", "amin8zq?", "payante"])
def test_a_name_inside_a_long_password_is_no_reason(password: str) -> None:
    assert context_word_in(password, words=["TiersPayant", "amine.benali", "zq"]) is None


def test_lists_are_compared_without_case_accents_or_width() -> None:
    assert plain("\uff30\u00e2ss\u00e9") == "passe"
