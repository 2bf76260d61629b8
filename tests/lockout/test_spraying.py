from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.http import HttpResponse

from hardening import clock
from hardening.clients import Client
from hardening.events import LockoutStarted
from hardening.lockout import attempts, device_cookies
from hardening.lockout.cooloff import Rule
from hardening.lockout.spraying import SprayCounter
from tests.lockout.people import HOUR, MINUTE, NANTES, NOON, PASSWORD, SECOND, amine, request_from, told_events

RULE = Rule(limit=3, window=HOUR, first=MINUTE, longest=15 * MINUTE)
SPRAYED = "Printemps2025!"


def spray(counter: SprayCounter, *, names: int, password: str = SPRAYED) -> None:
    for number in range(names):
        counter.record(password, name=f"name {number}", rule=RULE, at=NOON)


def test_a_password_that_failed_on_many_names_rests() -> None:
    counter = SprayCounter()
    spray(counter, names=3)

    assert counter.rests_until(SPRAYED, rule=RULE, at=NOON) == NOON + MINUTE
    assert counter.rests_until(SPRAYED, rule=RULE, at=NOON + MINUTE) is None


def test_another_password_does_not_rest() -> None:
    counter = SprayCounter()
    spray(counter, names=3)

    assert counter.rests_until("Printemps2026!", rule=RULE, at=NOON) is None


def test_somebody_who_mistypes_his_own_password_is_one_name() -> None:
    counter = SprayCounter()
    for _ in range(50):
        counter.record(SPRAYED, name="amine.benali", rule=RULE, at=NOON)

    assert counter.rests_until(SPRAYED, rule=RULE, at=NOON) is None


def test_the_rest_is_a_quarter_of_an_hour_at_most() -> None:
    counter = SprayCounter()
    spray(counter, names=1_000)

    assert counter.rests_until(SPRAYED, rule=RULE, at=NOON) == NOON + 15 * MINUTE


def test_after_an_hour_the_count_starts_over() -> None:
    counter = SprayCounter()
    spray(counter, names=2)

    assert counter.record(SPRAYED, name="claire.martin", rule=RULE, at=NOON + HOUR - SECOND) == 3
    assert counter.record(SPRAYED, name="claire.martin", rule=RULE, at=NOON + 2 * HOUR) == 1


def test_every_day_has_a_key_of_its_own() -> None:
    """D32: yesterday's places say nothing of today's passwords."""
    counter = SprayCounter()
    spray(counter, names=3)
    yesterday = counter._key
    counter.rests_until(SPRAYED, rule=RULE, at=NOON + timedelta(days=1))

    assert counter._key != yesterday
    assert sum(counter._names) == 0


def test_a_flood_of_passwords_takes_no_more_memory_and_forgets_nothing() -> None:
    """R19."""
    counter = SprayCounter()
    spray(counter, names=3)
    for number in range(20_000):
        counter.record(f"junk {number}", name="name", rule=RULE, at=NOON)

    assert counter.rests_until(SPRAYED, rule=RULE, at=NOON) is not None
    assert len(counter._names) == 1 << 20


@pytest.mark.django_db(databases=["default", "hardening"])
def test_a_sprayed_password_is_refused_before_any_slot_and_told_once() -> None:
    benali = amine()
    with clock.frozen(NOON), told_events() as told:
        for number in range(25):
            client = Client(address=f"203.0.{number}.5", network="")
            authenticate(request_from(client), username=f"name {number}", password=SPRAYED)
        request = request_from()

        assert authenticate(request, username="amine.benali", password=SPRAYED) is None
        refusal = attempts.refusal_of(request)
        assert authenticate(request_from(), username="amine.benali", password=PASSWORD) == benali

    assert refusal is not None
    assert refusal.until == NOON + MINUTE
    assert [event.bucket for event in told if isinstance(event, LockoutStarted)] == ["password"]


@pytest.mark.django_db(databases=["default", "hardening"])
def test_a_stranger_who_sprays_the_owners_password_does_not_keep_him_out_of_his_own_browser() -> None:
    """P9, I5."""
    benali, response = amine(), HttpResponse()
    with clock.frozen(NOON):
        device_cookies.remember(request_from(), response, account=benali)
        for number in range(20):
            authenticate(request_from(NANTES), username=f"name {number}", password=PASSWORD)
        shop = request_from(cookies={name: morsel.value for name, morsel in response.cookies.items()})

        assert authenticate(request_from(), username="amine.benali", password=PASSWORD) is None
        assert authenticate(shop, username="amine.benali", password=PASSWORD) == benali
