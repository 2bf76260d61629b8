"""D32, R25: a hundred failures in a row after right passwords, however slowly, and how the owner gets out of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from hardening import clock
from hardening.errors import CodeDisabled, LockedOut
from hardening.events import AuthenticatorDisabled, AuthenticatorEnabled
from hardening.lockout import attempts, disabling, review
from hardening.lockout.cleaning import remove_stale_buckets
from hardening.lockout.models import KnownBrowser, StoredBucket
from tests.lockout.people import LYON, NANTES, NOON, amine, at_once, attempt, fail, told_events

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

A_WEEK = timedelta(days=7)
NAME = "amine.benali"


@pytest.fixture
def patient() -> Iterator[None]:
    """Somebody with the right password who has typed one wrong code a week for two years."""
    for week in range(100):
        with clock.frozen(NOON + week * A_WEEK):
            fail(step="code")
    with clock.frozen(NOON + 100 * A_WEEK):
        yield


def test_the_hundredth_failure_in_a_row_disables_the_code_and_tells_so_once() -> None:
    with told_events() as told:
        for week in range(100):
            with clock.frozen(NOON + week * A_WEEK):
                attempt(step="code").fail(account="account-7")

    disabled = [event for event in told if isinstance(event, AuthenticatorDisabled)]
    assert [(event.account, event.kind, event.failures) for event in disabled] == [("account-7", "one_time_code", 100)]


@pytest.mark.usefixtures("patient")
def test_no_network_and_no_waiting_gets_a_code_compared_any_more() -> None:
    for client in (LYON, NANTES):
        with clock.frozen(NOON + 200 * A_WEEK), pytest.raises(CodeDisabled):
            attempt(client=client, step="code")

    assert StoredBucket.objects.get(network="").second_step_failures == 100


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("step", ["password", "recovery"])
def test_the_password_and_a_recovery_code_are_taken_as_before(step: str) -> None:
    attempt(step=step).give_back()


@pytest.mark.usefixtures("patient")
def test_a_browser_that_the_account_knows_takes_its_code() -> None:
    """P9, I5: what strangers did does not reach it."""
    device = KnownBrowser.objects.create(account=amine(), series="s", token="t", rotated_at=NOON, last_used_at=NOON)

    attempts.clear(attempts.reserve(submitted=NAME, step="code", client=LYON, device=device))

    with pytest.raises(CodeDisabled):
        attempt(step="code")


@pytest.mark.usefixtures("patient")
def test_nobody_elses_code_is_disabled() -> None:
    attempt("claire.martin", step="code").give_back()


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("by", ["passkey", "known_browser"])
def test_its_owner_opens_it_again_once(by: str) -> None:
    with told_events() as told:
        answers = [disabling.enable(NAME, account="account-7", by=by, client=LYON) for _ in range(2)]

    assert answers == [True, False]
    assert [(event.account, event.by) for event in told if isinstance(event, AuthenticatorEnabled)] == [
        ("account-7", by)
    ]
    attempt(step="code").give_back()


@pytest.mark.usefixtures("patient")
def test_an_administrator_finds_it_in_the_review_and_opens_it_again() -> None:
    with clock.frozen(NOON + 150 * A_WEEK), told_events() as told:
        (case,) = review.open_lockouts()
        assert (case.is_code_disabled, case.until) == (True, None)
        assert case.reason.endswith("n’acceptent plus aucun code de ce compte : trop d’échecs de suite.")
        assert "refusé" not in case.reason

        assert review.release(case.key, released_by="sophie", reason="called the practice")

        assert [event.actor for event in told if isinstance(event, AuthenticatorEnabled)] == ["sophie"]
        assert review.open_lockouts() == []
        attempt(step="code").give_back()


@pytest.mark.usefixtures("patient")
def test_the_broom_enables_nothing() -> None:
    with clock.frozen(NOON + 1_000 * A_WEEK):
        remove_stale_buckets(batch_size=100)

        assert disabling.is_disabled(NAME)


def test_ninety_nine_failures_and_a_right_code_are_nothing() -> None:
    for day in range(99):
        with clock.frozen(NOON + timedelta(days=day)):
            fail(step="code")
    with clock.frozen(NOON + timedelta(days=100)):
        attempts.clear(attempt(step="code"))
        fail(step="code")

        assert not disabling.is_disabled(NAME)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_of_sixty_four_parallel_codes_at_the_end_of_patience_one_is_compared(settings: Settings) -> None:
    """R1, R25: the hundredth is taken, and no other beside it."""
    for day in range(99):
        with clock.frozen(NOON + timedelta(days=day)):
            fail(step="code")

    def guess() -> bool:
        try:
            attempts.reserve(submitted=NAME, step="code", client=LYON)
        except LockedOut:
            return False
        return True

    settings.HARDENING_LOCKOUT = {"failures": 10, "failures_for_review": 100}

    assert at_once(64, guess).count(True) == 1
