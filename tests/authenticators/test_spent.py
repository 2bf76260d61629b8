"""What was used once is remembered for as long as it would be accepted, and no longer."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from hardening import clock
from hardening.authenticators.models import SpentSecret
from hardening.authenticators.spent import GRACE, spend

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

MINUTE = timedelta(minutes=1)


def test_a_secret_is_spent_once_and_kept_as_a_digest() -> None:
    assert [spend(b"one", lifetime=MINUTE), spend(b"one", lifetime=MINUTE), spend(b"two", lifetime=MINUTE)] == [
        True,
        False,
        True,
    ]
    assert "one" not in str(SpentSecret.objects.first())


def test_a_second_use_leaves_the_transaction_around_it_usable() -> None:
    with transaction.atomic():
        spend(b"one", lifetime=MINUTE)
        assert spend(b"one", lifetime=MINUTE) is False
        assert SpentSecret.objects.count() == 1


def test_the_command_removes_what_is_long_dead_in_batches() -> None:
    begun, said = clock.now(), StringIO()
    with clock.frozen(begun):
        for number in range(5):
            spend(bytes([number]), lifetime=MINUTE)
        spend(b"later", lifetime=MINUTE + timedelta(seconds=2))

    with clock.frozen(begun + MINUTE + GRACE):
        call_command("clean_challenges", batch_size=2, stdout=said)
        assert SpentSecret.objects.count() == 6
    with clock.frozen(begun + MINUTE + GRACE + timedelta(seconds=1)):
        call_command("clean_challenges", batch_size=2, stdout=said)

    assert SpentSecret.objects.count() == 1
    assert said.getvalue().splitlines() == ["0 used challenges removed.", "5 used challenges removed."]
