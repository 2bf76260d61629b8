"""Each way of installing the login with a control off, and the check that says so."""

from collections.abc import Callable, Sequence

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings

from hardening.login import checks
from hardening.login.password_hasher import PepperedArgon2PasswordHasher

SAFE: dict[str, object] = {
    "HARDENING_LOGIN": {"portal_url": "https://portail.example"},
    "PASSWORD_HASHERS": [checks.HASHER, "django.contrib.auth.hashers.PBKDF2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [{"NAME": name} for name in checks.VALIDATORS],
}


class TooCheap(PepperedArgon2PasswordHasher):
    memory_cost = 8 * 1024


class TooQuick(PepperedArgon2PasswordHasher):
    time_cost = 1


def ids(check: Callable[[], Sequence[CheckMessage]], **changes: object) -> list[str | None]:
    with override_settings(**SAFE | changes):
        return [message.id for message in check()]


@pytest.mark.parametrize("check", [checks.check_address, checks.check_hasher, checks.check_policy, checks.check_cost])
def test_a_safe_installation_is_silent(check: Callable[[], Sequence[CheckMessage]]) -> None:
    assert ids(check) == []


def test_a_portal_without_an_address_is_refused() -> None:
    """P19: links would otherwise follow the Host header."""
    assert ids(checks.check_address, HARDENING_LOGIN={}) == [checks.NO_ADDRESS]


def test_an_address_without_tls_is_refused_where_a_network_is_in_between() -> None:
    assert ids(checks.check_address, HARDENING_LOGIN={"portal_url": "http://portail.example"}) == [
        checks.ADDRESS_IN_CLEAR
    ]
    assert ids(checks.check_address, HARDENING_LOGIN={"portal_url": "http://localhost:8000"}) == []


def test_an_address_on_this_machine_is_refused_where_others_reach_the_portal() -> None:
    """It is the demonstration's: mailed secrets would go to whatever listens on the reader's own computer."""
    local = {"portal_url": "http://localhost:8000"}
    assert ids(checks.check_address, HARDENING_LOGIN=local, ALLOWED_HOSTS=["portail.example"]) == [
        checks.ADDRESS_OF_NOBODY
    ]


def test_an_impossible_address_is_left_to_the_check_that_refuses_it() -> None:
    assert ids(checks.check_address, HARDENING_LOGIN={"portal_url": "portail.example"}) == []


@pytest.mark.parametrize(
    "hashers",
    [
        ["django.contrib.auth.hashers.Argon2PasswordHasher", checks.HASHER],
        ["django.contrib.auth.hashers.PBKDF2PasswordHasher"],
        ["no.such.Hasher"],
        [],
    ],
)
def test_passwords_without_a_pepper_are_refused(hashers: list[str]) -> None:
    assert ids(checks.check_hasher, PASSWORD_HASHERS=hashers) == [checks.NO_PEPPER]


@pytest.mark.parametrize("hasher", [TooCheap, TooQuick])
def test_a_cheap_hash_is_warned_of_before_a_deployment(hasher: type) -> None:
    assert ids(checks.check_cost, PASSWORD_HASHERS=[f"{__name__}.{hasher.__name__}"]) == [checks.CHEAP_HASH]


@pytest.mark.parametrize("kept", [0, 1])
def test_a_missing_rule_for_passwords_is_warned_of(kept: int) -> None:
    assert ids(checks.check_policy, AUTH_PASSWORD_VALIDATORS=[{"NAME": checks.VALIDATORS[kept]}]) == [checks.NO_POLICY]
