from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from unittest.mock import patch

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import aauthenticate, authenticate, get_user_model
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.test import override_settings

from hardening import clock
from hardening.events import AttemptFailed
from hardening.lockout import attempts
from hardening.lockout.attempts import UnguardedAttemptError
from hardening.lockout.models import StoredBucket
from hardening.testing.statements import counted_statements
from tests.lockout.people import (
    LYON,
    MINUTE,
    NANTES,
    NOON,
    PASSWORD,
    account,
    amine,
    at_once,
    attempt,
    fail,
    request_from,
    told_events,
)

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

WRONG = "not the password"
NAMES_THAT_EXIST = ("amine.benali", "claire.martin")


@contextmanager
def counted_hashes() -> Iterator[list[str]]:
    """Count the hashes really computed; the hasher does its work all the same."""
    hashed: list[str] = []
    hasher: type[BasePasswordHasher] = type(get_hasher())
    encode = hasher.encode

    def counting(self: BasePasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    verify = hasher.verify

    def verifying(self: BasePasswordHasher, password: str, encoded: str) -> bool:
        hashed.append(password)
        return verify(self, password, encoded)

    with patch.object(hasher, "encode", counting), patch.object(hasher, "verify", verifying):
        yield hashed


def test_the_right_password_is_accepted_and_leaves_no_failure() -> None:
    benali = amine()

    for _ in range(10):
        assert authenticate(request_from(), username="amine.benali", password=PASSWORD) == benali
    assert all(row.failures == [] for row in StoredBucket.objects.all())


@pytest.mark.parametrize("spelling", ["Amine.Benali", " amine.benali ", "AMINE.BENALI", "amine\u200b.benali"])
def test_a_name_is_found_however_it_is_typed(spelling: str) -> None:
    benali = amine()

    assert authenticate(request_from(), username=spelling, password=PASSWORD) == benali


def test_an_account_with_an_older_spelling_is_found_as_it_was_typed() -> None:
    """P14: found or not, it is counted under the one normal form."""
    martin = account("claire.martin")
    get_user_model().objects.filter(pk=martin.pk).update(username="Claire.Martin")

    assert authenticate(request_from(), username="Claire.Martin", password=PASSWORD) == martin
    assert authenticate(request_from(), username="claire.martin", password=PASSWORD) is None


def test_an_accent_finds_nobody() -> None:
    account("admin")

    assert authenticate(request_from(), username="ádmin", password=PASSWORD) is None


def test_after_five_wrong_passwords_the_right_one_is_refused_without_a_hash() -> None:
    amine()
    with clock.frozen(NOON):
        for _ in range(5):
            authenticate(request_from(), username="amine.benali", password=WRONG)
        request = request_from()
        with counted_hashes() as hashed:
            assert authenticate(request, username="amine.benali", password=PASSWORD) is None

    refusal = attempts.refusal_of(request)
    assert hashed == []
    assert refusal is not None
    assert refusal.until == NOON + MINUTE


def test_a_request_that_met_no_lockout_carries_none() -> None:
    request = request_from()
    authenticate(request, username="amine.benali", password=WRONG)

    assert attempts.refusal_of(request) is None


@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_twenty_wrong_passwords_then_the_right_one_asynchronously_is_refused() -> None:
    """R2: ModelBackend's own aauthenticate() would pass by the counter."""
    amine()
    guess = async_to_sync(aauthenticate)
    with clock.frozen(NOON), counted_hashes() as hashed:
        for number in range(20):
            guess(request_from(), username="amine.benali", password=f"wrong {number}")

        assert guess(request_from(), username="amine.benali", password=PASSWORD) is None
    assert len(hashed) == 5


def test_the_same_request_asked_again_and_again_gets_no_more_guesses() -> None:
    amine()
    request = request_from()
    with clock.frozen(NOON), counted_hashes() as hashed:
        for number in range(20):
            authenticate(request, username="amine.benali", password=f"wrong {number}")

    assert len(hashed) == 5


def test_without_a_request_nothing_is_compared() -> None:
    with counted_hashes() as hashed, pytest.raises(UnguardedAttemptError, match="needs the request"):
        authenticate(username="amine.benali", password=PASSWORD)

    assert hashed == []


def test_other_credentials_than_a_password_are_left_to_other_backends() -> None:
    assert authenticate(request_from(), token="something") is None
    assert StoredBucket.objects.count() == 0


@pytest.mark.parametrize("who", ["unknown", "wrong", "inactive", "no password"])
def test_every_refusal_is_one_hash_and_the_same_statements(who: str) -> None:
    """P28: neither the time nor the database tells which names exist."""
    benali = amine(is_active=who != "inactive")
    if who == "no password":
        benali.set_unusable_password()
        benali.save()
    name = "nobody.at.all" if who == "unknown" else "amine.benali"
    password = PASSWORD if who == "inactive" else WRONG

    with counted_hashes() as hashed, counted_statements() as statements:
        assert authenticate(request_from(), username=name, password=password) is None

    assert len(hashed) == 1
    assert len(statements) == 3  # the slot, the account, the entry


@pytest.mark.parametrize("name", ["amine.benali", "nobody.at.all"])
def test_the_failure_that_locks_costs_the_same_for_a_name_that_exists(name: str) -> None:
    """P28."""
    amine()
    with clock.frozen(NOON):
        fail(4, name)
        with counted_statements() as statements:
            authenticate(request_from(), username=name, password=WRONG)

    assert len(statements) == 5


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_unknown_wrong_and_inactive_take_the_same_class_of_time() -> None:
    """P28: at full cost, where a missing hash would show."""
    account("amine.benali")
    account("claire.martin", is_active=False)

    quickest = {name: min(seconds_of_a_refusal(name) for _ in range(4)) for name in (*NAMES_THAT_EXIST, "nobody")}

    assert max(quickest.values()) < 2 * min(quickest.values())


def seconds_of_a_refusal(name: str) -> float:
    started = perf_counter()
    authenticate(request_from(), username=name, password=WRONG)
    return perf_counter() - started


def test_a_blocked_login_is_one_statement() -> None:
    amine()
    with clock.frozen(NOON):
        fail(5)
        authenticate(request_from(), username="amine.benali", password=PASSWORD)
        with counted_statements() as statements:
            authenticate(request_from(), username="amine.benali", password=PASSWORD)

    assert len(statements) == 1


def test_an_inactive_account_counts_as_a_failure_with_its_right_password() -> None:
    amine(is_active=False)

    with told_events() as told:
        authenticate(request_from(), username="amine.benali", password=PASSWORD)

    assert [type(event) for event in told] == [AttemptFailed]


def test_a_failure_names_the_account_and_never_what_was_typed() -> None:
    """R11."""
    benali = amine()
    with told_events() as told:
        authenticate(request_from(), username="amine.benali", password=WRONG)
        authenticate(request_from(), username="a secret typed into the name", password=WRONG)

    mine, nobodys = told
    assert isinstance(nobodys, AttemptFailed)
    assert (mine.account, nobodys.account) == (str(benali.pk), "")
    assert "secret" not in repr(told)
    assert len(nobodys.submitted) == 32


def test_a_null_byte_in_the_name_is_no_crash() -> None:
    assert authenticate(request_from(), username="amine\x00.benali\ud800", password=WRONG) is None


def test_the_owner_elsewhere_is_locked_out_for_a_quarter_of_an_hour_at_most() -> None:
    """P9, I5."""
    benali = amine()
    at = NOON
    for _ in range(9):
        with clock.frozen(at):
            attempt(client=NANTES).fail()
            at = attempts.locked_until(submitted="amine.benali", client=LYON) or at
    with clock.frozen(at):
        assert authenticate(request_from(LYON), username="amine.benali", password=PASSWORD) == benali


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_of_sixty_parallel_logins_five_passwords_are_hashed_at_full_cost() -> None:
    """R1: the slot is taken before the hash, so a slow hash opens no window."""
    amine()
    with counted_hashes() as hashed:
        at_once(60, lambda: authenticate(request_from(), username="amine.benali", password=WRONG))

    assert len(hashed) == 5
