from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.conf import ConfigurationError
from hardening.sessions.conf import SessionsSettings
from hardening.sessions.limits import Lifetime, overrun

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HALF_AN_HOUR = timedelta(minutes=30)
FOUR_HOURS = timedelta(hours=4)


def lifetime(*, began_at: datetime = NOON, seen: datetime = NOON, expires: datetime = NOON + FOUR_HOURS) -> Lifetime:
    return Lifetime(began_at=began_at, last_seen_at=seen, expires_at=expires)


def ended_by(session: Lifetime, *, at: datetime) -> str | None:
    return overrun(session, at=at, idle=HALF_AN_HOUR, absolute=FOUR_HOURS)


def test_a_session_lives_until_the_last_second_of_the_idle_limit() -> None:
    assert ended_by(lifetime(), at=NOON + HALF_AN_HOUR - SECOND) is None
    assert ended_by(lifetime(), at=NOON + HALF_AN_HOUR) == "idle"


def test_a_session_in_use_ends_at_the_absolute_limit_all_the_same() -> None:
    end = NOON + FOUR_HOURS

    assert ended_by(lifetime(seen=end - SECOND), at=end - SECOND) is None
    assert ended_by(lifetime(seen=end - SECOND), at=end) == "absolute"


def test_a_lowered_absolute_limit_ends_the_sessions_that_exist() -> None:
    session = lifetime(seen=NOON + timedelta(hours=1))

    assert overrun(session, at=NOON + timedelta(hours=1), idle=HALF_AN_HOUR, absolute=timedelta(hours=1)) == "absolute"


def test_a_session_that_asked_for_less_ends_earlier() -> None:
    assert ended_by(lifetime(expires=NOON + SECOND), at=NOON + SECOND) == "absolute"


@given(st.lists(st.timedeltas(timedelta(0), timedelta(hours=1)), max_size=50))
def test_no_pattern_of_requests_keeps_a_session_beyond_four_hours(pauses: list[timedelta]) -> None:
    seen = NOON
    for pause in pauses:
        at = seen + pause
        if ended_by(lifetime(seen=seen), at=at) is not None:
            return
        assert at - NOON < FOUR_HOURS
        assert pause < HALF_AN_HOUR
        seen = at


@pytest.mark.parametrize(
    ("given_limits", "consequence"),
    [
        ({"idle": timedelta(0)}, "no session would live"),
        ({"absolute": timedelta(minutes=5)}, "the idle limit is void"),
        ({"touch_every": timedelta(minutes=30)}, "sessions in use would end"),
        ({"touch_every": timedelta(seconds=-1)}, "sessions in use would end"),
    ],
)
def test_impossible_limits_are_refused_with_their_consequence(given_limits: dict[str, Any], consequence: str) -> None:
    with pytest.raises(ConfigurationError, match=consequence):
        SessionsSettings(**given_limits)
