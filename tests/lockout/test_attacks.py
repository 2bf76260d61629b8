"""The victims of one attack, released together and alone."""

from collections.abc import Iterator

import pytest

from hardening import clock
from hardening.lockout import review
from hardening.lockout.attacks import attacks, release_attack
from hardening.lockout.models import Release, StoredBucket
from tests.lockout.people import LYON, NANTES, NOON, fail

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])


@pytest.fixture(autouse=True)
def locked() -> Iterator[None]:
    """Three names locked from Lyon, a fourth from Nantes, and a fifth from both."""
    with clock.frozen(NOON):
        for name in ("amine.benali", "claire.martin", "sophie"):
            fail(5, name)
        fail(5, "marc.petit", client=NANTES)
        fail(4, "lea.roux")
        fail(1, "lea.roux", client=NANTES)
        yield


def test_an_attack_is_a_network_that_alone_locked_several() -> None:
    found = attacks(review.open_lockouts())

    assert {network: len(victims) for network, victims in found.items()} == {LYON.network: 3}


def test_a_release_of_an_attack_frees_one_cause_only() -> None:
    assert release_attack(LYON.network, released_by="sophie", reason="a school class") == 3

    still = {lockout.networks for lockout in review.open_lockouts() if lockout.until}
    assert {(NANTES.network,), (LYON.network, NANTES.network)} <= still
    assert StoredBucket.objects.filter(failures=[]).count() == 3
    assert Release.objects.filter(reason="a school class").count() == 3
    assert release_attack(NANTES.network, released_by="sophie", reason="none") == 0


def test_a_disabled_code_is_not_released_with_the_others() -> None:
    """D32: each of these is a case of its own."""
    key = attacks(review.open_lockouts())[LYON.network][0].key
    StoredBucket.objects.filter(key=key).update(second_step_failures=100)

    assert release_attack(LYON.network, released_by="sophie", reason="a school class") == 2
    assert StoredBucket.objects.get(key=key).second_step_failures == 100


def test_whom_another_guesser_reached_meanwhile_is_left() -> None:
    key = attacks(review.open_lockouts())[LYON.network][0].key
    bucket = StoredBucket.objects.get(key=key)
    bucket.failures[0][3] = NANTES.network
    bucket.save()

    assert review.release(key, released_by="sophie", reason="listed before", only_from=LYON.network) is False
