from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from hardening import clock
from hardening.clients import Client
from hardening.errors import LockedOut
from hardening.events import AttemptBlocked, AttemptFailed, LockoutStarted, ReviewFlagged
from hardening.lockout import attempts
from hardening.lockout.models import StoredBucket
from hardening.testing.statements import counted_statements
from tests.lockout.people import HOUR, LYON, MINUTE, NANTES, NOON, SECOND, attempt, fail, told_events

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])


def elsewhere(number: int) -> Client:
    return Client(address=f"203.0.{number}.5", network=f"203.0.{number}.0/24")


def test_the_sixth_attempt_after_five_failures_is_refused_until_the_promised_moment() -> None:
    with clock.frozen(NOON):
        fail(5)
        with pytest.raises(LockedOut) as refusal:
            attempt()

    assert refusal.value.until == NOON + MINUTE
    with clock.frozen(refusal.value.until):
        attempt()


def test_a_reservation_that_is_never_settled_counts_as_a_failure() -> None:
    with clock.frozen(NOON):
        for _ in range(5):
            attempt()
        with pytest.raises(LockedOut):
            attempt()


def test_a_right_step_gives_its_own_slot_back_and_no_other() -> None:
    """D19."""
    with clock.frozen(NOON):
        fail(4)
        for _ in range(10):
            attempt().give_back()
        fail()
        with pytest.raises(LockedOut):
            attempt()


def test_a_slot_given_back_twice_is_given_back_once() -> None:
    with clock.frozen(NOON):
        fail(4)
        slot = attempt()
        slot.give_back()
        slot.give_back()
        fail()
        with pytest.raises(LockedOut):
            attempt()


def test_failures_of_every_step_share_one_counter() -> None:
    """P11: a second step with a counter of its own doubles the guesses."""
    with clock.frozen(NOON):
        for step in ("password", "code", "recovery", "grant", "reset"):
            fail(step=step)
        with pytest.raises(LockedOut):
            attempt(step="code")


@pytest.mark.parametrize("spelling", ["AMINE.BENALI", " amine.benali", "amine\u200b.benali"])
def test_another_spelling_of_the_name_is_no_fresh_counter(spelling: str) -> None:
    """P14, R5."""
    with clock.frozen(NOON):
        fail(5)
        with pytest.raises(LockedOut):
            attempt(spelling)


def test_another_address_is_no_fresh_counter() -> None:
    with clock.frozen(NOON):
        for number in range(5):
            fail(client=elsewhere(number))
        with pytest.raises(LockedOut):
            attempt(client=NANTES)


def test_a_completed_login_clears_its_own_bucket_and_frees_nobody_else() -> None:
    """R6, P12: an attacker's own account must not wash the counters of his victims."""
    with clock.frozen(NOON):
        fail(5, "claire.martin")
        fail(4, "amine.benali")
        attempts.clear(attempt("amine.benali"))
        fail(4, "amine.benali")
        with pytest.raises(LockedOut):
            attempt("claire.martin")


def test_a_completed_login_does_not_clear_the_address() -> None:
    """P12."""
    with clock.frozen(NOON):
        for number in range(20):
            attempts.clear(attempt("attacker"))
            fail(name=f"name {number}")
        with pytest.raises(LockedOut):
            attempt("somebody else")


def test_right_passwords_never_wash_failures_out_of_the_address() -> None:
    """P12: each pushes at most one failure out, which the address can spare."""
    with clock.frozen(NOON):
        for number in range(20):
            fail(name=f"name {number}")
    at = NOON
    for number in range(12):
        at += 15 * MINUTE / 4
        with clock.frozen(at):
            until = attempts.locked_until(submitted=f"own {number}", client=LYON)
        with clock.frozen(until or at):
            attempt(f"own {number}").give_back()
    with clock.frozen(NOON + 30 * MINUTE):
        bucket = StoredBucket.objects.get(network=LYON.network)

    assert len(bucket.failures) >= 20


def test_a_refused_attempt_costs_nothing_anywhere_else() -> None:
    """R16: a locked name sends no address into its own cool-off."""
    with clock.frozen(NOON):
        fail(5)
        for _ in range(30):
            with pytest.raises(LockedOut):
                attempt(client=NANTES)
        attempt("claire.martin", client=NANTES)

    assert len(StoredBucket.objects.get(network=NANTES.network).failures) == 1


def test_a_lower_limit_binds_at_once_and_a_higher_one_frees_at_once() -> None:
    """R15: the limit is no part of the key."""
    with clock.frozen(NOON):
        fail(3)
        with override_settings(HARDENING_LOCKOUT={"failures": 3}), pytest.raises(LockedOut):
            attempt()
        fail(2)
        with override_settings(HARDENING_LOCKOUT={"failures": 6}):
            attempt()


def test_a_clock_set_forward_by_a_day_starts_over() -> None:
    """R18."""
    with clock.frozen(NOON):
        fail(5)
    with clock.frozen(NOON + 25 * HOUR):
        fail(4)
        attempt()


def test_failures_survive_a_view_that_is_rolled_back() -> None:
    """R22: the counters stand on an alias of their own, in no transaction of the view."""
    with clock.frozen(NOON):
        for _ in range(5):
            with transaction.atomic(using="default"):
                fail()
                transaction.set_rollback(True, using="default")
        with pytest.raises(LockedOut):
            attempt()


def test_a_blocked_attempt_is_one_statement() -> None:
    with clock.frozen(NOON):
        fail(5)
        with pytest.raises(LockedOut):
            attempt()  # the first one also writes an entry
        with counted_statements() as statements, pytest.raises(LockedOut):
            attempt()

    assert len(statements) == 1


def test_ten_thousand_refusals_would_write_five_entries() -> None:
    """R9: told at the first, the tenth, the hundredth."""
    with clock.frozen(NOON):
        fail(5)
        with told_events() as told:
            for _ in range(120):
                with pytest.raises(LockedOut):
                    attempt()

    assert [event.refused for event in told if isinstance(event, AttemptBlocked)] == [1, 10, 100]


def test_a_failure_is_told_and_the_fifth_tells_of_the_lockout() -> None:
    with clock.frozen(NOON), told_events() as told:
        fail(4)
        attempt().fail(account="account-7")

    assert [type(event) for event in told] == [AttemptFailed] * 5 + [LockoutStarted]
    locked = told[-1]
    assert isinstance(locked, LockoutStarted)
    assert (locked.account, locked.bucket, locked.failures) == ("account-7", "unknown_browsers", 5)
    assert locked.until == NOON + MINUTE


def test_a_locked_network_is_told_without_naming_an_account() -> None:
    """The last name tried there has done nothing."""
    with clock.frozen(NOON), told_events() as told:
        for number in range(20):
            attempt(f"name {number}").fail(account=f"account-{number}")

    assert [(event.bucket, event.account) for event in told if isinstance(event, LockoutStarted)] == [("address", "")]


def test_the_tenth_failure_within_a_day_is_flagged_for_review_once() -> None:
    """D32."""
    with told_events() as told:
        for hour in range(12):
            with clock.frozen(NOON + hour * HOUR):
                fail()

    flagged = [event for event in told if isinstance(event, ReviewFlagged)]
    assert [event.failures for event in flagged] == [10]


def test_the_account_of_a_locked_bucket_is_kept_for_the_review() -> None:
    with clock.frozen(NOON):
        fail(4)
        attempt().fail(account="account-7")

    with clock.frozen(NOON + MINUTE):
        fail()

    assert StoredBucket.objects.get(network="").account == "account-7"


def test_failures_after_a_right_password_are_counted_apart() -> None:
    """D32, R25: a hundred in a row will disable the code; the count outlives every window."""
    with clock.frozen(NOON):
        fail(3, step="code")
        attempt(step="code").give_back()
    with clock.frozen(NOON + 72 * HOUR):
        fail(step="code")

    assert StoredBucket.objects.get(network="").second_step_failures == 4


def test_a_completed_login_ends_the_row_of_failures_after_right_passwords() -> None:
    with clock.frozen(NOON):
        fail(3, step="code")
        attempts.clear(attempt(step="code"))

    assert StoredBucket.objects.get(network="").second_step_failures == 0


def test_a_client_without_any_address_is_counted_by_its_name_alone() -> None:
    nowhere = Client(address="", network="")
    with clock.frozen(NOON):
        for number in range(40):
            fail(name=f"name {number}", client=nowhere)
        attempt("claire.martin", client=nowhere)


def test_asking_whether_a_name_rests_takes_no_slot() -> None:
    with clock.frozen(NOON):
        fail(4)
        for _ in range(10):
            assert attempts.locked_until(submitted="amine.benali", client=LYON) is None
        fail()

        assert attempts.locked_until(submitted="Amine.Benali", client=NANTES) == NOON + MINUTE


def test_a_stranger_knocking_for_a_day_keeps_no_name_closed_beyond_a_quarter_of_an_hour() -> None:
    """P9, R7: he fails the moment the bucket opens; it opens again on time all the same."""
    at = NOON
    with clock.frozen(at):
        fail(5)
    for _ in range(40):
        with clock.frozen(at + SECOND), pytest.raises(LockedOut) as refusal:
            attempt(client=NANTES)
        assert refusal.value.until - at <= timedelta(minutes=15)
        at = refusal.value.until
        with clock.frozen(at):
            attempt(client=elsewhere(at.minute)).fail()
