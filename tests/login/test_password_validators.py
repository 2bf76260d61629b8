"""The policy as Django calls it."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

VALIDATORS = [
    {"NAME": "hardening.login.password_validators.LengthValidator"},
    {"NAME": "hardening.login.password_validators.BlocklistValidator"},
]


@pytest.fixture(autouse=True)
def policy(settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = VALIDATORS
    settings.HARDENING_LOGIN = {"context_words": ("TiersPayant de la gare", "Tiers-payant")}


def amine() -> object:
    return get_user_model()(username="amine.benali", full_name="Dr Amine Benali")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("grand7x", "password_too_short"),
        ("x1" * 513, "password_too_long"),
        ("Motdepasse2024!", "password_too_common"),
        ("superman", "password_too_common"),
        ("abcabcabc", "password_too_common"),
        ("amine.benali", "password_from_context"),
        ("benali69000!", "password_from_context"),
        ("Tiers-Payant42", "password_from_context"),
    ],
)
def test_what_attackers_try_first_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, user=amine())  # type: ignore[arg-type]

    assert code in {error.code for error in refusal.value.error_list}


@pytest.mark.parametrize("password", ["grand7xy", "trois lunettes bleues", "пароль-очки-42", "x" * 3 + "k9 " * 60])
def test_eight_characters_of_any_kind_are_enough(password: str) -> None:
    validate_password(password, user=amine())  # type: ignore[arg-type]


def test_the_policy_is_said_beside_the_field() -> None:
    assert len(password_validators_help_texts()) == 2
