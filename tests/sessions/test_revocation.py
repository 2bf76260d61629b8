"""P3 and P21: who ends which sessions."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hardening import clock
from hardening.clients import Client
from hardening.events import Event, SessionEnded, occurred
from hardening.sessions.backend import SessionStore
from hardening.sessions.inventory import open_sessions
from hardening.sessions.models import Session
from hardening.sessions.revocation import end_session, end_sessions
from hardening.testing.statements import counted_statements

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LYON = Client(address="82.64.10.7", network="82.64.10.0/24", browser="Firefox, Windows")

CommitCallbacks = Callable[..., object]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def told() -> Iterator[list[SessionEnded]]:
    events: list[SessionEnded] = []

    def note(event: Event, **_: object) -> None:
        assert isinstance(event, SessionEnded)
        events.append(event)

    occurred.connect(note, sender=SessionEnded)
    yield events
    occurred.disconnect(note, sender=SessionEnded)


def half(account: str) -> SessionStore:
    session = SessionStore()
    session.begin(account=account, assurance={}, client=LYON)
    session.save()
    return session


def opened(account: str) -> SessionStore:
    session = half(account)
    session.prove(account=account, assurance={}, client=LYON, opened_at=clock.now())
    return session


def test_p21_all_sessions_and_half_logins_of_an_account_end_but_the_one_kept() -> None:
    kept, _other, _waiting, neighbour = opened("benali"), opened("benali"), half("benali"), opened("martin")

    assert end_sessions("benali", reason="changed", except_for=kept.public_id) == 2

    left = set(Session.objects.values_list("public_id", flat=True))
    assert {str(name) for name in left} == {kept.public_id, neighbour.public_id}


def test_p21_without_an_exception_every_session_ends() -> None:
    opened("benali")
    opened("benali")

    assert end_sessions("benali", reason="contained") == 2
    assert Session.objects.count() == 0


def test_ending_all_sessions_is_one_statement() -> None:
    for _ in range(5):
        opened("benali")

    with counted_statements() as statements:
        end_sessions("benali", reason="changed")

    assert len(statements) == 1


def test_sessions_of_nobody_are_not_an_account() -> None:
    anonymous = SessionStore()
    anonymous["language"] = "fr"
    anonymous.save()

    assert end_sessions("", reason="changed") == 0
    assert not end_session(anonymous.public_id, account="")
    assert Session.objects.count() == 1


def test_an_end_is_told_at_commit_with_its_count(
    told: list[SessionEnded], django_capture_on_commit_callbacks: CommitCallbacks
) -> None:
    opened("benali")
    opened("benali")

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        end_sessions("benali", reason="changed")
        assert told == []

    assert [(event.account, event.reason, event.count, event.at) for event in told] == [("benali", "changed", 2, NOON)]


def test_ending_nothing_is_not_told(
    told: list[SessionEnded], django_capture_on_commit_callbacks: CommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        end_sessions("benali", reason="changed")

    assert told == []


def test_one_session_ends_by_its_public_name(
    told: list[SessionEnded], django_capture_on_commit_callbacks: CommitCallbacks
) -> None:
    session, other = opened("benali"), opened("benali")

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert end_session(session.public_id, account="benali")

    assert [event.session for event in told] == [session.public_id]
    assert str(Session.objects.get().public_id) == other.public_id
    assert not end_session(session.public_id, account="benali")


def test_p3_somebody_elses_session_is_not_found() -> None:
    session = opened("martin")

    assert not end_session(session.public_id, account="benali")
    assert Session.objects.count() == 1


def test_the_owner_sees_his_sessions_the_last_seen_first() -> None:
    here = opened("benali")
    with clock.shifted(5 * MINUTE):
        there = opened("benali")
        half("benali")
        opened("martin")
        listed = open_sessions("benali", current=here.public_id)

    assert [(entry.public_id, entry.is_current) for entry in listed] == [
        (there.public_id, False),
        (here.public_id, True),
    ]
    assert (listed[1].browser, listed[1].place, listed[1].since) == ("Firefox, Windows", "82.64.10.0/24", NOON)


def test_a_session_that_is_over_is_not_listed() -> None:
    opened("benali")

    with clock.shifted(29 * MINUTE):
        assert len(open_sessions("benali")) == 1
    with clock.shifted(30 * MINUTE):
        assert open_sessions("benali") == []


def test_nobody_has_no_sessions() -> None:
    stranger = SessionStore()
    stranger["a"] = 1
    stranger.save()

    assert open_sessions("") == []


def test_a_session_that_idled_out_is_told_once(told: list[SessionEnded]) -> None:
    session = opened("benali")
    name = session.public_id

    with clock.shifted(30 * MINUTE):
        assert SessionStore(session.session_key).account == ""
        assert SessionStore(session.session_key).account == ""

    assert [(event.account, event.session, event.reason) for event in told] == [("benali", name, "idle")]


def test_a_session_past_the_absolute_limit_is_told_as_such(told: list[SessionEnded]) -> None:
    session = opened("benali")
    Session.objects.update(last_seen_at=NOON + 240 * MINUTE)

    with clock.shifted(240 * MINUTE):
        assert SessionStore(session.session_key).account == ""

    assert [event.reason for event in told] == ["absolute"]


def test_a_half_login_that_idled_out_is_no_session_that_ended(told: list[SessionEnded]) -> None:
    waiting = half("benali")

    with clock.shifted(30 * MINUTE):
        assert SessionStore(waiting.session_key).account == ""

    assert told == []
