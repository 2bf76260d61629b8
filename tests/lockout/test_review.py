import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import translation

from hardening import clock
from hardening.clients import Client
from hardening.errors import LockedOut
from hardening.events import LockoutReleased
from hardening.lockout import attempts, review
from hardening.lockout.buckets import Kind
from hardening.lockout.models import KnownBrowser, Release, StoredBucket
from hardening.testing.statements import counted_statements
from tests.lockout.people import HOUR, LYON, MINUTE, NANTES, NOON, amine, attempt, claire, fail, told_events

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])


def lock(name: str = "amine.benali", *, account: str = "", client: Client = LYON) -> None:
    fail(4, name, client=client)
    attempts.reserve(submitted=name, step="password", client=client).fail(account=account)


def open_ones() -> list[review.OpenLockout]:
    return review.open_lockouts()


def test_an_open_lockout_says_who_since_when_until_when_and_from_where() -> None:
    with clock.frozen(NOON):
        fail(client=NANTES)
    with clock.frozen(NOON + HOUR):
        fail(3, step="code")
        attempt().fail(account="account-7")
        for _ in range(3):
            with pytest.raises(LockedOut):
                attempt()
        (lockout,) = open_ones()

    assert (lockout.account, lockout.kind, lockout.failures, lockout.refused) == (
        "account-7",
        Kind.UNKNOWN_BROWSERS,
        5,
        3,
    )
    assert (lockout.since, lockout.until) == (NOON, NOON + HOUR + MINUTE)
    assert lockout.networks == (NANTES.network, LYON.network)
    assert lockout.browsers == ("Chrome, Android", "Firefox, Windows")
    assert lockout.steps == ("password", "code")
    assert lockout.is_known_browser is False


def test_failures_that_lock_nothing_are_nobodys_business() -> None:
    with clock.frozen(NOON):
        fail(4)
        assert open_ones() == []


def test_a_lockout_ends_with_its_cool_off() -> None:
    with clock.frozen(NOON):
        lock()
        assert len(open_ones()) == 1
    with clock.frozen(NOON + MINUTE):
        assert open_ones() == []


def test_ten_failures_in_a_day_stay_open_for_review_and_refuse_nothing() -> None:
    """D32."""
    for hour in range(10):
        with clock.frozen(NOON + hour * HOUR):
            fail()
    with clock.frozen(NOON + 48 * HOUR):
        (lockout,) = open_ones()

    assert lockout.is_flagged is True
    assert lockout.until is None


def test_names_tried_from_the_same_network_are_counted_and_not_named() -> None:
    with clock.frozen(NOON):
        fail(name="claire.martin")
        fail(name="sophie")
        lock("amine.benali")
        (lockout,) = open_ones()

    assert lockout.shared_with == 2


def test_a_locked_network_is_shown_with_the_number_of_names_it_tried() -> None:
    with clock.frozen(NOON):
        for number in range(20):
            fail(name=f"name {number}")
        (lockout,) = open_ones()

    assert (lockout.kind, lockout.networks, lockout.shared_with) == (Kind.ADDRESS, (LYON.network,), 20)
    assert lockout.account == ""


def test_a_known_browsers_lockout_says_so() -> None:
    benali = amine()
    with clock.frozen(NOON):
        device = KnownBrowser.objects.create(account=benali, series="s", token="t", rotated_at=NOON, last_used_at=NOON)
        for _ in range(5):
            attempts.reserve(submitted="amine.benali", step="password", client=LYON, device=device).fail()
        (lockout,) = open_ones()

    assert lockout.is_known_browser is True
    assert lockout.account == str(benali.pk)


def test_the_reason_is_a_sentence_with_the_figures() -> None:
    with clock.frozen(NOON), translation.override("en"):
        lock()
        (lockout,) = open_ones()

        assert lockout.reason == (
            "5 failed attempts since 03/03/2025 13:00 in browsers that the account does not know. "
            "Further attempts are refused until 03/03/2025 13:01."
        )


def test_the_reason_counts_what_was_refused_and_what_else_failed_there() -> None:
    with clock.frozen(NOON), translation.override("en"):
        fail(name="claire.martin")
        lock()
        with pytest.raises(LockedOut):
            attempt()
        (lockout,) = open_ones()

        assert "1 other name failed from there in the last hour." in lockout.reason
        assert "1 attempt has been refused since the last failure." in lockout.reason


def test_the_reason_is_french_for_french_readers() -> None:
    with clock.frozen(NOON), translation.override("fr"):
        lock()
        (lockout,) = open_ones()

        assert lockout.reason.startswith(
            "5 échecs depuis le 03/03/2025 13:00, dans des navigateurs que le compte ne connaît pas."
        )


def test_the_list_is_three_statements_however_many_are_open() -> None:
    with clock.frozen(NOON):
        for number in range(12):
            lock(f"name {number}", client=Client(address="", network=f"203.0.{number}.0/24"))
        with counted_statements() as statements:
            assert len(open_ones()) == 12

    assert len(statements) <= 3


def test_a_release_opens_the_bucket_and_keeps_the_evidence() -> None:
    with clock.frozen(NOON), told_events() as told:
        lock(account="account-7")
        with pytest.raises(LockedOut):
            attempt()
        (lockout,) = open_ones()
        assert review.release(lockout.key, released_by="sophie", reason="he called from the shop") is True
        attempt()

    kept = Release.objects.get()
    assert (kept.account, kept.failures, kept.refused, kept.networks) == ("account-7", 5, 1, 1)
    assert [step for _, step in kept.failed_at] == ["password"] * 5
    (released,) = [event for event in told if isinstance(event, LockoutReleased)]
    assert (released.account, released.released_by, released.reason) == ("account-7", "sophie", kept.reason)


def test_evidence_holds_no_address() -> None:
    with clock.frozen(NOON):
        lock()
        review.release(open_ones()[0].key, released_by="sophie", reason="called")

    assert "192.0.2" not in repr(Release.objects.values())


def test_a_release_is_never_changed() -> None:
    with clock.frozen(NOON):
        lock()
        review.release(open_ones()[0].key, released_by="sophie", reason="called")
    with pytest.raises(DatabaseError, match="appended and never changed"), transaction.atomic(using="hardening"):
        Release.objects.update(reason="another")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 401])
def test_a_release_needs_a_reason(reason: str) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        review.release("0" * 32, released_by="sophie", reason=reason)


def test_releasing_what_is_not_locked_is_no_release() -> None:
    assert review.release("0" * 32, released_by="sophie", reason="called") is False
    assert Release.objects.count() == 0


def test_a_release_does_not_forgive_failures_after_right_passwords() -> None:
    """D32: an administrator ends a cool-off, not the count towards the hundred."""
    with clock.frozen(NOON):
        fail(5, step="code")
        review.release(open_ones()[0].key, released_by="sophie", reason="called")

    assert StoredBucket.objects.get(network="").second_step_failures == 5


def test_releasing_a_name_releases_its_known_browsers_and_nobody_elses() -> None:
    benali = amine()
    claire()
    with clock.frozen(NOON):
        device = KnownBrowser.objects.create(account=benali, series="s", token="t", rotated_at=NOON, last_used_at=NOON)
        for _ in range(5):
            attempts.reserve(submitted="amine.benali", step="password", client=LYON, device=device).fail()
        lock("amine.benali")
        lock("claire.martin")

        assert review.release_name("Amine.Benali", released_by="sophie", reason="called") == 2
        with pytest.raises(LockedOut):
            attempt("claire.martin")


def test_the_command_lists_what_is_open_and_says_so_in_its_exit_code() -> None:
    said = StringIO()
    with clock.frozen(NOON):
        lock(account="account-7")
        with pytest.raises(SystemExit) as exit_:
            call_command("review_lockouts", stdout=said)

    assert exit_.value.code == 3
    assert "account account-7" in said.getvalue()


def test_the_command_says_when_nothing_is_open() -> None:
    said = StringIO()
    call_command("review_lockouts", stdout=said)

    assert said.getvalue() == "No lockout is open.\n"


def test_the_command_prints_one_object_a_line_for_machines() -> None:
    said = StringIO()
    with clock.frozen(NOON):
        lock(account="account-7")
        with pytest.raises(SystemExit):
            call_command("review_lockouts", "--json", stdout=said)

    (record,) = [json.loads(line) for line in said.getvalue().splitlines()]
    assert (record["account"], record["kind"], record["failures"]) == ("account-7", "unknown_browsers", 5)
    assert record["until"] == "2025-03-03 12:01:00+00:00"


def test_the_break_glass_releases_audibly(caplog: pytest.LogCaptureFixture) -> None:
    said = StringIO()
    with clock.frozen(NOON), told_events() as told:
        lock("sophie")
        call_command("release_lockout", "sophie", "--reason", "the only administrator", "--by", "operator", stderr=said)
        attempt("sophie")

    assert "BREAK-GLASS" in said.getvalue()
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert any(isinstance(event, LockoutReleased) and event.released_by == "server:operator" for event in told)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nobody", "--reason", "called", "--by", "operator"), 1),
        (("nobody", "--reason", " ", "--by", "operator"), 2),
        (("nobody", "--reason", "called", "--by", "two words"), 2),
    ],
)
def test_the_break_glass_says_what_went_wrong(arguments: tuple[str, ...], code: int) -> None:
    with pytest.raises(CommandError) as error:
        call_command("release_lockout", *arguments)

    assert error.value.returncode == code
