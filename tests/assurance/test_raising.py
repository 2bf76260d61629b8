"""The verbs that raise assurance: P1, P15, P20, P21 and the invariant I1."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest
from django.test import RequestFactory

from hardening import clock
from hardening.assurance.current import assurance_of
from hardening.assurance.raising import begin_half_login, drop, half_login_account, open_session, refresh
from hardening.assurance.record import ProofMissingError
from hardening.events import Event, occurred
from hardening.requirements import ANONYMOUS, Level, Standing
from hardening.sessions.backend import SessionStore
from hardening.sessions.models import Session
from hardening.sessions.revocation import end_sessions
from hardening.testing.statements import counted_statements
from portal.accounts.models import Account
from tests.assurance.conftest import NOON

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def told() -> Iterator[list[Event]]:
    events: list[Event] = []

    def note(event: Event, **_: object) -> None:
        events.append(event)

    occurred.connect(note)
    yield events
    occurred.disconnect(note)


def browser(cookie: str | None = None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = SessionStore(cookie)
    request.user = AnonymousUser()
    return request


def after(request: HttpRequest) -> HttpRequest:
    """Return the browser's next request, as the session middleware would prepare it."""
    request.session.save()
    return browser(request.session.session_key)


def password_step(account: Account, request: HttpRequest | None = None) -> HttpRequest:
    request = request or browser()
    begin_half_login(
        request, account=str(account.pk), is_known_browser=False, auth_hash=account.get_session_auth_hash()
    )
    return after(request)


def logged_in(account: Account) -> HttpRequest:
    request = password_step(account)
    open_session(request, account_user=account, methods=("otp",), is_known_browser=True)
    return request


def test_after_the_password_nobody_is_logged_in(benali: Account) -> None:
    request = password_step(benali)

    assert not request.user.is_authenticated
    assert half_login_account(request) == str(benali.pk)
    assert assurance_of(request).level == Level.HALF


def test_p1_the_session_after_the_password_holds_no_secret(benali: Account) -> None:
    password_step(benali)

    row = Session.objects.get()

    assert row.data == "{}"
    assert "correct horse" not in str(vars(row))
    assert benali.password not in str(vars(row))


def test_the_half_login_is_over_after_five_minutes(benali: Account) -> None:
    request = password_step(benali)

    with clock.shifted(5 * MINUTE + timedelta(seconds=1)):
        assert half_login_account(request) is None
        with pytest.raises(ProofMissingError):
            open_session(request, account_user=benali, methods=("otp",), is_known_browser=False)


def test_password_and_code_open_a_session(benali: Account) -> None:
    request = logged_in(benali)

    found = assurance_of(request)

    assert request.user == benali
    assert (found.level, found.methods, found.is_known_browser) == (Level.AAL2, ("otp", "pwd"), True)
    assert found.account == str(benali.pk)
    assert half_login_account(request) is None


def test_p20_each_rise_has_a_new_key_and_the_old_ones_are_dead(benali: Account) -> None:
    half = password_step(benali)
    half_key = half.session.session_key
    open_session(half, account_user=benali, methods=("otp",), is_known_browser=False)
    open_key = half.session.session_key
    refresh(half, methods=("otp",))

    assert len({half_key, open_key, half.session.session_key}) == 3
    assert not SessionStore().exists(half_key or "")
    assert not SessionStore().exists(open_key or "")
    assert Session.objects.count() == 1


def test_each_rise_has_a_new_csrf_token(benali: Account) -> None:
    tokens = set()
    request = password_step(benali)
    tokens.add(request.META.get("CSRF_COOKIE"))
    open_session(request, account_user=benali, methods=("otp",), is_known_browser=False)
    tokens.add(request.META["CSRF_COOKIE"])
    refresh(request, methods=("otp",))
    tokens.add(request.META["CSRF_COOKIE"])

    assert len(tokens) == 3


def test_p15_an_aborted_login_leaves_nothing_to_the_next_account(benali: Account, martin: Account) -> None:
    request = password_step(benali)
    request.session["basket"] = "benali's"

    request = password_step(martin, request)

    assert half_login_account(request) == str(martin.pk)
    assert request.session.get("basket") is None
    assert Session.objects.count() == 1


def test_p15_a_half_login_opens_no_session_of_another_account(benali: Account, martin: Account) -> None:
    request = password_step(benali)

    with pytest.raises(ProofMissingError):
        open_session(request, account_user=martin, methods=("otp",), is_known_browser=False)

    assert half_login_account(request) is None
    assert assurance_of(request) == ANONYMOUS


def test_p15_a_session_of_one_account_gives_nothing_to_a_login_of_another(benali: Account, martin: Account) -> None:
    request = logged_in(benali)
    request.session["basket"] = "benali's"

    request = password_step(martin, request)
    open_session(request, account_user=martin, methods=("otp",), is_known_browser=False)

    assert assurance_of(request).account == str(martin.pk)
    assert request.session.get("basket") is None


def test_a_password_counts_only_as_the_half_login_recorded_it(benali: Account) -> None:
    with pytest.raises(ProofMissingError):
        open_session(browser(), account_user=benali, methods=("pwd", "otp"), is_known_browser=False)


def test_a_password_changed_between_the_steps_voids_the_half_login(benali: Account) -> None:
    request = password_step(benali)
    benali.set_password("something else")
    benali.save()

    with pytest.raises(ProofMissingError):
        open_session(request, account_user=benali, methods=("otp",), is_known_browser=False)


def test_p21_a_half_login_ended_meanwhile_cannot_be_completed(benali: Account) -> None:
    request = password_step(benali)
    assert half_login_account(request) == str(benali.pk)

    end_sessions(str(benali.pk), reason="changed")

    with pytest.raises(SessionInterrupted):
        open_session(request, account_user=benali, methods=("otp",), is_known_browser=False)
    assert Session.objects.count() == 0


def test_a_verified_key_opens_a_session_without_a_password(benali: Account) -> None:
    request = browser()

    open_session(request, account_user=benali, methods=("swk", "mfa"), is_known_browser=False)

    assert assurance_of(after(request)).level == Level.ANONYMOUS  # until Django has loaded the user
    assert assurance_of(request).is_phishing_resistant


def test_a_step_up_renews_the_proof(benali: Account) -> None:
    request = logged_in(benali)

    with clock.shifted(20 * MINUTE):
        refresh(request, methods=("otp",))
        assert assurance_of(request).proven_at == NOON + 20 * MINUTE


def held(account: Account) -> HttpRequest:
    request = password_step(account)
    open_session(request, account_user=account, methods=("otp",), is_known_browser=False, standing=Standing.HELD)
    return request


@pytest.mark.parametrize("methods", [("otp",), ("swk", "mfa")])
def test_a_step_up_leaves_a_held_login_held(benali: Account, methods: tuple[str, ...]) -> None:
    request = held(benali)
    refresh(request, methods=methods)

    assert assurance_of(request).level == Level.HELD


def test_a_step_up_ends_a_hold_where_its_caller_says_so(benali: Account) -> None:
    request = held(benali)
    refresh(request, methods=("swk", "mfa"), standing=Standing.FULL)

    assert assurance_of(request).level == Level.AAL2
    assert not assurance_of(request).is_on_probation


def test_the_end_of_a_held_login_is_told(benali: Account, told: list[Event]) -> None:
    request = held(benali)
    told.clear()
    drop(request)

    assert [event.name for event in told] == ["sessions.session.ended"]


def test_each_login_and_each_step_up_has_a_proof_of_its_own(benali: Account) -> None:
    """D29."""
    request = logged_in(benali)
    proofs = {assurance_of(request).proof}
    refresh(request, methods=("otp",))
    proofs |= {assurance_of(request).proof, assurance_of(logged_in(benali)).proof}

    assert len(proofs) == 3
    assert all(len(proof) == 32 for proof in proofs)


def test_a_record_of_an_earlier_format_proves_nothing_and_its_browser_logs_in_again(benali: Account) -> None:
    request = logged_in(benali)
    Session.objects.update(assurance=Session.objects.get().assurance | {"format": 1})
    request = browser(request.session.session_key)
    request.user = benali
    assert assurance_of(request) == ANONYMOUS

    request = password_step(benali, request)
    open_session(request, account_user=benali, methods=("otp",), is_known_browser=True)
    assert assurance_of(request).level == Level.AAL2
    assert Session.objects.count() == 1


def test_a_password_alone_is_no_step_up(benali: Account) -> None:
    request = logged_in(benali)

    with pytest.raises(ProofMissingError, match="no step-up"):
        refresh(request, methods=("pwd",))


def test_a_step_up_needs_a_complete_login_of_the_same_account(benali: Account, martin: Account) -> None:
    half = password_step(benali)
    other = logged_in(benali)
    other.user = martin

    for request in (browser(), half, other):
        with pytest.raises(ProofMissingError, match="complete login"):
            refresh(request, methods=("otp",))


def test_a_logout_ends_the_session_and_says_so(benali: Account, told: list[Event]) -> None:
    request = logged_in(benali)
    told.clear()

    drop(request)

    assert Session.objects.count() == 0
    assert not request.user.is_authenticated
    assert [(event.name, event.account) for event in told] == [("sessions.session.ended", str(benali.pk))]


def test_a_login_over_an_open_session_ends_it_and_says_so(benali: Account, martin: Account, told: list[Event]) -> None:
    request = logged_in(benali)
    first = assurance_of(request).session
    told.clear()

    password_step(martin, request)

    assert [(event.name, event.account, event.session) for event in told] == [
        ("sessions.session.ended", str(benali.pk), first),
        ("login.password.accepted", str(martin.pk), assurance_of(request).session),
    ]


def test_giving_up_at_the_second_step_is_no_logout(benali: Account, told: list[Event]) -> None:
    request = password_step(benali)
    told.clear()

    drop(request)

    assert Session.objects.count() == 0
    assert told == []


def test_a_login_is_told_under_one_name_and_without_the_cookie(benali: Account, told: list[Event]) -> None:
    request = logged_in(benali)

    assert [event.name for event in told] == ["login.password.accepted", "login.session.opened"]
    assert {event.session for event in told} == {assurance_of(request).session}
    assert (request.session.session_key or "") not in repr(told)


def test_a_login_that_the_audit_cannot_note_does_not_happen(benali: Account) -> None:
    def full_disk(**_: object) -> None:
        raise OSError("no space left")

    request = password_step(benali)
    occurred.connect(full_disk)
    try:
        with pytest.raises(OSError, match="no space"):
            open_session(request, account_user=benali, methods=("otp",), is_known_browser=False)
    finally:
        occurred.disconnect(full_disk)

    assert Session.objects.get().opened_at is None


def named(sql: list[str]) -> list[str]:
    """Return verb and table of each statement, the audit's left out."""
    found = [re.match(r'(\w+).*?"(\w+)"(?:$| SET| \(|\.)', statement, re.DOTALL) for statement in sql]
    lines = [f"{match[1]} {match[2]}" for match in found if match]
    assert len(lines) == len(sql)
    return [line for line in lines if "audit" not in line]


def test_a_login_costs_one_statement_for_the_password_and_two_for_the_code(benali: Account) -> None:
    with counted_statements() as first:
        request = password_step(benali)
    with counted_statements() as second:
        open_session(request, account_user=benali, methods=("otp",), is_known_browser=False)
        request.session.save()  # as the session middleware does

    assert named(first.sql) == ["INSERT hardening_sessions_session"]
    assert named(second.sql) == ["SELECT hardening_sessions_session", "UPDATE hardening_sessions_session"]


def test_a_step_up_costs_one_statement_beyond_the_session(benali: Account) -> None:
    request = logged_in(benali)

    with counted_statements() as statements:
        refresh(request, methods=("otp",))
        request.session.save()

    assert named(statements.sql) == ["UPDATE hardening_sessions_session"]
