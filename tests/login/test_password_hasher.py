"""Passwords at rest: argon2id behind a key that is not in the database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from hardening import clock
from hardening.keys.key_file import Key, KeyState
from hardening.keys.ring import KeyRing, adopt_key_ring, key_ring
from hardening.login.password_hasher import PepperedArgon2PasswordHasher
from tests.hashing import QuickArgon2PasswordHasher

GLASSES = "trois lunettes bleues"


class CostlierHasher(QuickArgon2PasswordHasher):
    time_cost = 2


@pytest.mark.django_db
def test_the_right_password_verifies_and_no_other_does() -> None:
    stored = make_password(GLASSES)

    assert check_password(GLASSES, stored)
    assert not check_password(GLASSES + " ", stored)
    assert not check_password("", stored)


@pytest.mark.django_db
def test_what_is_stored_names_its_pepper_key_and_fits_the_column() -> None:
    stored = make_password(GLASSES)

    assert stored.startswith(f"peppered_argon2${key_ring().primary_id('pepper')}$argon2id$v=19$")
    assert len(PepperedArgon2PasswordHasher().encode(GLASSES, "s" * 22)) + len("65535") - 1 <= 128
    assert GLASSES not in str(identify_hasher(stored).safe_summary(stored))


@pytest.mark.django_db
def test_argon2_alone_does_not_open_it() -> None:
    """A stolen table cannot be guessed at: the right password under plain argon2 is wrong."""
    stored = make_password(GLASSES)
    phc = stored.split("$", 2)[2]

    assert not super(PepperedArgon2PasswordHasher, QuickArgon2PasswordHasher()).verify(
        GLASSES, f"peppered_argon2${phc}"
    )


@pytest.mark.django_db
def test_a_hash_under_an_unknown_pepper_key_verifies_nothing_and_raises_nothing() -> None:
    algorithm, _, phc = make_password(GLASSES).split("$", 2)

    assert not check_password(GLASSES, f"{algorithm}$60000${phc}")


@pytest.fixture
def next_pepper_key() -> Iterator[int]:
    """The run's ring with a new primary pepper key, the old one kept."""
    before = key_ring()
    kept = [replace(key, state=KeyState.ACTIVE) if key.keyset == "pepper" else key for key in before.keys]
    fresh = Key(id=60_001, keyset="pepper", state=KeyState.PRIMARY, created_at=clock.now(), root=bytes(range(32)))
    adopt_key_ring(KeyRing([*kept, fresh]))
    yield fresh.id
    adopt_key_ring(before)


@pytest.mark.django_db
def test_a_new_pepper_key_keeps_old_passwords_and_renews_them_at_login(request: pytest.FixtureRequest) -> None:
    stored = make_password(GLASSES)
    renewed: list[str] = []
    key_id = request.getfixturevalue("next_pepper_key")

    assert check_password(GLASSES, stored, setter=lambda password: renewed.append(make_password(password)))
    assert renewed[0].startswith(f"peppered_argon2${key_id}$")
    assert not QuickArgon2PasswordHasher().must_update(renewed[0])


@pytest.mark.django_db
def test_a_hash_is_renewed_when_the_cost_changes() -> None:
    assert CostlierHasher().must_update(make_password(GLASSES))
    assert not QuickArgon2PasswordHasher().must_update(make_password(GLASSES))


@pytest.mark.django_db
def test_one_password_is_one_however_the_keyboard_composes_its_letters() -> None:
    stored = make_password("caf\u00e9 \u2460 cl\u00e9")

    assert check_password("cafe\u0301 1 cle\u0301", stored)


@pytest.mark.django_db
def test_the_deployed_cost_is_at_least_what_owasp_asks_for() -> None:
    """19 MiB with two passes on one lane is their floor; ours is above it in each."""
    hasher = PepperedArgon2PasswordHasher()

    assert hasher.memory_cost >= 19 * 1024
    assert hasher.time_cost >= 2
    assert hasher.verify(GLASSES, hasher.encode(GLASSES, hasher.salt()))
