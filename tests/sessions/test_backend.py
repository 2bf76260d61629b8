"""The contract of an engine, and what ours promises beyond it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.test import override_settings

from hardening import clock
from hardening.sessions.backend import SessionStore, digest_of
from hardening.sessions.models import Session
from hardening.testing.statements import counted_statements

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BENALI = "benali"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def stored(**data: object) -> SessionStore:
    session = SessionStore()
    session.update(data)
    session.save()
    return session


def proven(account: str = BENALI) -> SessionStore:
    session = SessionStore()
    session.begin(account=account, assurance={"proofs": ["pwd"]})
    session.save()
    return session


def reopened(session: SessionStore) -> SessionStore:
    return SessionStore(session.session_key)


def test_what_is_stored_is_read_again() -> None:
    session = stored(basket=["glasses"], language="fr")

    assert dict(reopened(session).items()) == {"basket": ["glasses"], "language": "fr"}


def test_the_cookie_stands_nowhere_in_the_row() -> None:
    session = stored(a=1)

    row = Session.objects.get()

    assert row.key == digest_of(session.session_key or "")
    assert str(session.session_key) not in json.dumps([str(value) for value in vars(row).values()])


def test_the_digest_of_a_cookie_opens_nothing() -> None:
    session = stored(a=1)

    assert SessionStore(digest_of(session.session_key or "")).get("a") is None


def test_a_key_that_somebody_else_chose_is_never_adopted() -> None:
    chosen = "a" * 32
    session = SessionStore(chosen)

    session["a"] = 1
    session.save()

    assert session.session_key != chosen
    assert not SessionStore().exists(chosen)


@pytest.mark.parametrize("cookie", ["", "short", "A" * 32, "a" * 31 + "\x00", "é" * 32, "a" * 33, "' or 1=1 --" * 3])
def test_a_malformed_cookie_costs_no_statement(cookie: str) -> None:
    with counted_statements() as statements:
        assert SessionStore(cookie).get("a") is None

    assert len(statements) == 0


def test_text_that_a_database_cannot_hold_as_json_survives() -> None:
    session = stored(odd="\x00 \ud800 é", nested={"1": [None, 0, False, ""]})

    assert reopened(session)["odd"] == "\x00 \ud800 é"
    assert reopened(session)["nested"] == {"1": [None, 0, False, ""]}


def test_what_is_not_json_is_refused_at_the_save() -> None:
    session = SessionStore()
    session["thing"] = object()

    with pytest.raises(TypeError):
        session.save()


def test_damaged_data_counts_as_empty(caplog: pytest.LogCaptureFixture) -> None:
    session = stored(a=1)
    Session.objects.update(data="[1, 2")

    assert dict(reopened(session).items()) == {}
    assert "damaged" in caplog.text


def test_a_new_key_keeps_the_data_and_kills_the_old_key() -> None:
    session = stored(a=1)
    old = session.session_key or ""

    session.cycle_key()

    assert session.session_key != old
    assert not session.exists(old)
    assert reopened(session)["a"] == 1
    assert Session.objects.count() == 1


def test_a_new_key_is_one_statement() -> None:
    session = reopened(stored(a=1))
    assert session["a"] == 1

    with counted_statements() as statements:
        session.cycle_key()
        session.save()

    assert len(statements) == 1


def test_a_first_save_is_one_statement() -> None:
    session = SessionStore()
    session["a"] = 1

    with counted_statements() as statements:
        session.save()
        session.save()

    assert len(statements) == 1


def test_a_new_key_after_clear_carries_nothing() -> None:
    session = proven()

    session.clear()
    session.cycle_key()

    assert reopened(session).assurance == {}
    assert reopened(session).account == ""


def test_a_cleared_session_proves_nothing_after_its_save() -> None:
    session = proven()

    session.clear()
    session.save()

    assert reopened(session).assurance == {}


def test_a_flushed_session_is_gone() -> None:
    session = proven()
    old = session.session_key or ""

    session.flush()

    assert session.is_empty()
    assert session.assurance == {}
    assert not session.exists(old)


def test_a_session_that_holds_only_a_proof_is_not_empty() -> None:
    session = SessionStore()

    session.begin(account=BENALI, assurance={"proofs": ["pwd"]})

    assert not session.is_empty()


def test_a_late_save_never_brings_an_ended_session_back() -> None:
    session = stored(a=1)
    late = reopened(session)
    late["a"] = 2

    session.flush()

    with pytest.raises(UpdateError):
        late.save()
    assert Session.objects.count() == 0


def test_a_session_that_got_a_new_key_meanwhile_cannot_be_raised_under_the_old_one() -> None:
    session = proven()
    late = reopened(session)
    assert late.account == BENALI

    session.cycle_key()

    with pytest.raises(SessionInterrupted):
        late.prove(account=BENALI, assurance={"proofs": ["pwd", "otp"]})
    assert reopened(session).assurance == {"proofs": ["pwd"]}


def test_what_was_proven_in_a_session_that_is_over_opens_no_other_one() -> None:
    session = proven()
    late = reopened(session)
    session.flush()

    with pytest.raises(SessionInterrupted):
        late.prove(account=BENALI, assurance={"proofs": ["pwd", "otp"]})

    late.flush()
    late.prove(account=BENALI, assurance={"proofs": ["swk"]})
    assert reopened(late).assurance == {"proofs": ["swk"]}


def test_a_save_under_the_old_key_does_not_touch_what_the_new_one_has() -> None:
    session = proven()
    late = reopened(session)
    late["a"] = 1

    session.prove(account=BENALI, assurance={"proofs": ["otp"]})

    with pytest.raises(UpdateError):
        late.save()
    assert reopened(session).assurance == {"proofs": ["otp"]}


def test_the_assurance_handed_out_is_a_copy() -> None:
    session = proven()

    dict(session.assurance)["proofs"] = ["otp"]
    session["a"] = 1
    session.save()

    assert reopened(session).assurance == {"proofs": ["pwd"]}


def test_a_taken_key_is_reported_and_the_other_session_intact() -> None:
    taken = stored(a=1)
    other = SessionStore(taken.session_key)

    with pytest.raises(CreateError):
        other.save(must_create=True)

    assert reopened(taken)["a"] == 1


def test_the_public_name_outlives_a_new_key_and_dies_with_the_session() -> None:
    session = proven()
    name = session.public_id

    session.cycle_key()
    assert reopened(session).public_id == name

    session.begin(account="martin", assurance={})
    assert session.public_id != name


def test_an_idle_session_is_over_and_its_row_gone() -> None:
    session = stored(a=1)

    with clock.shifted(30 * MINUTE):
        assert reopened(session).get("a") is None

    assert Session.objects.count() == 0


def test_a_touched_session_lives_on() -> None:
    session = stored(a=1)
    with clock.shifted(29 * MINUTE):
        used = reopened(session)
        assert used["a"] == 1
        used.touch()

    with clock.shifted(58 * MINUTE):
        assert reopened(session)["a"] == 1


def test_a_session_is_touched_once_a_minute() -> None:
    session = reopened(stored(a=1))
    assert session["a"] == 1

    with clock.shifted(MINUTE - timedelta(seconds=1)), counted_statements() as early:
        session.touch()
    with clock.shifted(MINUTE), counted_statements() as due:
        session.touch()
        reopened_session = reopened(session)
        assert reopened_session["a"] == 1
        reopened_session.touch()

    assert len(early) == 0
    assert len(due) == 2  # one write, one read


def test_touching_brings_nothing_back() -> None:
    session = reopened(stored(a=1))
    assert session["a"] == 1
    Session.objects.all().delete()

    with clock.shifted(MINUTE):
        session.touch()

    assert Session.objects.count() == 0


def test_a_login_starts_the_absolute_limit_and_a_step_up_does_not() -> None:
    session = proven()
    with clock.shifted(20 * MINUTE):
        session.prove(account=BENALI, assurance={}, opened_at=clock.now())
    with clock.shifted(40 * MINUTE):
        session.prove(account=BENALI, assurance={})

    assert Session.objects.get().expires_at == NOON + 20 * MINUTE + timedelta(hours=4)


def test_a_session_may_ask_for_less_than_the_limit_and_never_for_more() -> None:
    short, long = SessionStore(), SessionStore()
    short.set_expiry(60)
    long.set_expiry(timedelta(days=30))
    short.save()
    long.save()

    assert Session.objects.get(key=digest_of(short.session_key or "")).expires_at == NOON + MINUTE
    assert Session.objects.get(key=digest_of(long.session_key or "")).expires_at == NOON + timedelta(hours=4)


def test_the_cookie_lives_as_long_as_the_server_honours_it() -> None:
    with override_settings(HARDENING_SESSIONS={"absolute": timedelta(hours=2)}):
        assert SessionStore().get_session_cookie_age() == 7200


def test_cleaning_up_deletes_idle_sessions_only() -> None:
    stored(a=1)
    with clock.shifted(20 * MINUTE):
        recent = stored(a=2)

    with clock.shifted(30 * MINUTE):
        SessionStore.clear_expired()

    assert [row.key for row in Session.objects.all()] == [digest_of(recent.session_key or "")]
