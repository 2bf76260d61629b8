"""D27, D28, D33, D35: in which standing a login opens."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hardening.authenticators.standing import Restricted, Shown, standing_at_login
from hardening.requirements import Standing

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = NOON - 30 * DAY

moments = st.integers(-400, 400).map(lambda hours: NOON + timedelta(hours=hours))
shown = st.builds(Shown, bound_at=moments, is_resistant=st.booleans(), proven_from=st.none() | moments)
restrictions = st.none() | st.builds(
    Restricted,
    since=moments,
    nobody_until=st.none() | moments,
    probation_until=st.none() | moments,
    takes_codes=st.booleans(),
)


def by_code(*, bound_at: datetime = LONG_AGO, proven_from: datetime | None = LONG_AGO) -> Shown:
    return Shown(bound_at=bound_at, is_resistant=False, proven_from=proven_from)


def by_passkey(*, bound_at: datetime = LONG_AGO) -> Shown:
    return Shown(bound_at=bound_at, is_resistant=True)


def standing(shown: Shown, restricted: Restricted | None = None) -> Standing:
    return standing_at_login(shown, restricted=restricted, at=NOON)


def test_a_code_is_believed_in_a_proven_browser_alone() -> None:
    assert standing(by_code()) is Standing.FULL
    assert standing(by_code(proven_from=None)) is Standing.HELD
    assert standing(by_code(proven_from=NOON + DAY)) is Standing.PROBATION


def test_a_browser_is_believed_at_the_very_moment_it_is_proven_from() -> None:
    assert standing(by_code(proven_from=NOON)) is Standing.FULL
    assert standing(by_code(proven_from=NOON + timedelta(microseconds=1))) is Standing.PROBATION


def test_a_passkey_is_believed_in_any_browser() -> None:
    assert standing(by_passkey()) is Standing.FULL


def test_an_authenticator_bound_since_a_restriction_discloses_nobody_and_then_few() -> None:
    restricted = Restricted(since=NOON - DAY, nobody_until=NOON + DAY, probation_until=NOON + 7 * DAY)

    assert standing(by_passkey(bound_at=NOON - DAY), restricted) is Standing.HELD
    assert standing_at_login(by_passkey(bound_at=NOON), restricted=restricted, at=NOON + DAY) is Standing.PROBATION
    assert standing_at_login(by_passkey(bound_at=NOON), restricted=restricted, at=NOON + 7 * DAY) is Standing.FULL


def test_older_authenticators_stay_alive() -> None:
    """D27: a recovery that a thief has begun takes nothing from the owner."""
    restricted = Restricted(since=NOON, nobody_until=NOON + DAY)

    assert standing(by_code(), restricted) is Standing.FULL
    assert standing(by_passkey(), restricted) is Standing.FULL


def test_a_disowned_login_withholds_every_code_and_no_older_passkey() -> None:
    restricted = Restricted(since=NOON, nobody_until=NOON + DAY, takes_codes=True)

    assert standing(by_code(), restricted) is Standing.HELD
    assert standing(by_passkey(), restricted) is Standing.FULL
    assert standing(by_passkey(bound_at=NOON), restricted) is Standing.HELD


def test_probation_of_the_account_opens_no_unknown_browser() -> None:
    restricted = Restricted(since=LONG_AGO, probation_until=NOON + DAY)

    assert standing(by_code(proven_from=None), restricted) is Standing.HELD


@given(shown, restrictions)
def test_a_restriction_never_betters_a_login(shown: Shown, restricted: Restricted | None) -> None:
    order = [Standing.HELD, Standing.PROBATION, Standing.FULL]

    assert order.index(standing(shown, restricted)) <= order.index(standing(shown))


@given(shown, restrictions)
def test_a_code_in_an_unknown_browser_is_always_held(shown: Shown, restricted: Restricted | None) -> None:
    """L2: whatever else holds, what can be relayed discloses nobody where nobody knows the browser."""
    unknown = Shown(bound_at=shown.bound_at, is_resistant=False)

    assert standing(unknown, restricted) is Standing.HELD


@given(shown, restrictions)
def test_once_it_is_over_a_restriction_leaves_no_trace(shown: Shown, restricted: Restricted | None) -> None:
    later = NOON + 40 * DAY

    assert standing_at_login(shown, restricted=restricted, at=later) == standing_at_login(
        shown, restricted=None, at=later
    )
