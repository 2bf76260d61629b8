from datetime import UTC, datetime, timedelta, timezone

import pytest

from hardening import clock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_clock_gives_an_aware_moment_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_a_frozen_clock_stands_still_and_runs_again_afterwards() -> None:
    with clock.frozen(NOON):
        assert clock.now() == NOON
        assert clock.is_frozen()

    assert clock.now() > NOON
    assert not clock.is_frozen()


def test_a_moment_of_another_zone_is_the_same_instant_in_utc() -> None:
    with clock.frozen(datetime(2026, 3, 2, 13, tzinfo=timezone(timedelta(hours=1)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_shift_counts_from_the_moment_in_force() -> None:
    with clock.frozen(NOON), clock.shifted(-timedelta(minutes=10)):
        assert clock.now() == NOON - timedelta(minutes=10)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.frozen(datetime(2026, 3, 2, 12)):  # noqa: DTZ001 - the mistake under test
        pass
