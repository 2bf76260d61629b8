"""Many guesses at once: the slot is taken before anything is compared."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from hardening import clock
from hardening.authenticators.models import OneTimeCode
from hardening.testing.phones import Phone
from tests.login.visitors import Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"], transaction=True),
    pytest.mark.postgresql,
    pytest.mark.usefixtures("at_noon"),
]

GUESSES = 48
LIMIT = 5


def test_of_48_codes_at_once_five_are_compared(phone: Phone) -> None:
    """P11, R1: whoever has the password does not buy more codes by sending them together."""
    thieves = [Visitor(address=f"203.0.113.{number}") for number in range(GUESSES)]
    for thief in thieves:
        thief.give_password()
    gate, present = Barrier(GUESSES), clock.now()

    def guess(thief: Visitor) -> int:
        try:
            with clock.frozen(present):
                gate.wait()
                return int(thief.give_code(phone, "000000").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(GUESSES) as pool:
        answers = Counter(pool.map(guess, thieves))
    assert answers == {200: LIMIT, 429: GUESSES - LIMIT}
    assert OneTimeCode.objects.get().last_used_at is not None
