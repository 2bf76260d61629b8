"""A right password known from a leak: nothing before the second step, and nothing but a new password after it."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.core.management import CommandError, call_command
from django.urls import reverse
from pytest_django import Settings

from hardening import clock
from hardening.authenticators import one_time_code
from hardening.authenticators.grants import issue_grant
from hardening.authenticators.models import PendingEnrolment
from hardening.errors import StoreUnavailableError
from hardening.events import ChangeIntended, Event, PasswordBreached, PasswordChanged, SessionOpened, occurred
from hardening.login.breached import is_breached
from hardening.login.checks import NO_LIST, check_breached_list
from hardening.login.password_hasher import PepperedArgon2PasswordHasher
from hardening.sessions.models import Session
from hardening.testing.phones import Phone, bind_phone
from tests.login.conftest import Create
from tests.login.visitors import COUNTER, GLASSES, Visitor

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.usefixtures("at_noon")]

LEAKED = "Lunettes2024"
NEW = "quatre lunettes rouges"
PAGE = "password_must_change"


@pytest.fixture
def amine(account: Create) -> Any:
    return account("amine.benali", password=LEAKED)


def at_the_page(visitor: Visitor, phone: Phone) -> Visitor:
    visitor.is_known_to().give_password(password=LEAKED)
    assert visitor.give_code(phone).headers["Location"] == reverse(f"hardening:{PAGE}")
    return visitor


def test_nothing_opens_before_the_password_is_changed(visitor: Visitor, phone: Phone, told: list[Event]) -> None:
    at_the_page(visitor, phone)

    assert visitor.get(PAGE).status_code == 200
    assert not visitor.is_inside()
    for page in ("security", "password_change", "authenticator_add"):
        assert visitor.get(page).status_code == 302
    assert [type(event) for event in told if isinstance(event, PasswordBreached | SessionOpened)] == [PasswordBreached]


def test_a_new_password_opens_the_session_that_was_begun(visitor: Visitor, phone: Phone, told: list[Event]) -> None:
    half = at_the_page(visitor, phone).key
    answer = visitor.post(PAGE, new_password=NEW, next=COUNTER)

    assert answer.headers["Location"] == COUNTER
    assert visitor.is_inside()
    assert visitor.key != half
    assert PasswordChanged.name in [event.change for event in told if isinstance(event, ChangeIntended)]
    assert Visitor().give_password(password=LEAKED).status_code == 200


def test_the_next_login_is_as_any(visitor: Visitor, phone: Phone, at_noon: datetime) -> None:
    at_the_page(visitor, phone).post(PAGE, new_password=NEW)
    with clock.frozen(at_noon + timedelta(minutes=1)):
        assert Visitor().is_known_to().enter(phone, password=NEW)


@pytest.mark.usefixtures("phone")
def test_before_the_second_step_nobody_is_told_and_the_page_sets_nothing(visitor: Visitor, amine: Any) -> None:
    """A guesser of passwords must neither learn that it leaked nor set one of his own."""
    sent = visitor.give_password(password=LEAKED)
    answer = visitor.post(PAGE, new_password=NEW)

    assert sent.headers["Location"] == answer.headers["Location"] == reverse("hardening:code")
    amine.refresh_from_db()
    assert amine.check_password(LEAKED)


def test_a_second_step_of_an_earlier_login_does_not_count_for_the_next(visitor: Visitor, phone: Phone) -> None:
    """P15."""
    at_the_page(visitor, phone).give_password(password=LEAKED)

    assert visitor.post(PAGE, new_password=NEW).headers["Location"] == reverse("hardening:code")


@pytest.mark.parametrize("refused", [LEAKED, "Azerty123!", "short"])
def test_a_leaked_or_weak_one_is_no_new_password(
    visitor: Visitor, phone: Phone, settings: Settings, refused: str
) -> None:
    if refused != "short":
        settings.AUTH_PASSWORD_VALIDATORS = []

    assert at_the_page(visitor, phone).post(PAGE, new_password=refused).context["form"].errors["new_password"]
    assert not visitor.is_inside()


def test_five_minutes_after_the_password_the_login_begins_anew(
    visitor: Visitor, phone: Phone, amine: Any, at_noon: datetime
) -> None:
    at_the_page(visitor, phone)
    with clock.frozen(at_noon + timedelta(minutes=5, seconds=1)):
        visitor.post(PAGE, new_password=NEW)
        assert not visitor.is_inside()

    amine.refresh_from_db()
    assert amine.check_password(LEAKED)


def test_a_change_that_fails_leaves_no_session_behind(visitor: Visitor, phone: Phone, amine: Any) -> None:
    """Fail closed: the session opens a moment before the change, and must not outlive its failure."""

    def refuse(event: Event, **_: object) -> None:
        if isinstance(event, ChangeIntended) and event.change == PasswordChanged.name:
            raise StoreUnavailableError("the audit is away")

    at_the_page(visitor, phone)
    occurred.connect(refuse)
    try:
        visitor.browser.raise_request_exception = False
        assert visitor.post(PAGE, new_password=NEW).status_code >= 500
    finally:
        occurred.disconnect(refuse)

    # No browser was given its key, and no row may lie about either.
    assert not [row for row in Session.objects.all() if "otp" in str(row.assurance)]
    assert not visitor.is_inside()
    amine.refresh_from_db()
    assert amine.check_password(LEAKED)


def test_every_other_session_ends_with_the_leaked_password(visitor: Visitor, amine: Any, phone: Phone) -> None:
    other = bind_phone(amine, name="Deuxième")
    waiting = at_the_page(Visitor(address="203.0.113.9"), other)
    at_the_page(visitor, phone).post(PAGE, new_password=NEW)

    waiting.post(PAGE, new_password="cinq lunettes vertes")
    assert not waiting.is_inside()


def test_a_letter_opens_nothing_on_a_leaked_password_either(visitor: Visitor, amine: Any) -> None:
    letter = issue_grant(account=amine, issued_by=None, operator="server")
    visitor.give_password(password=LEAKED)
    visitor.post("enrol", letter=letter.code, name="Téléphone")
    seed = bytes.fromhex(str(PendingEnrolment.objects.get().seed))
    code = one_time_code.code_at(seed, counter=one_time_code.step_at(clock.now()))

    assert visitor.post("enrol_confirm", code=code).headers["Location"] == reverse(f"hardening:{PAGE}")
    assert "password/reset" in visitor.post(PAGE, new_password=NEW).content.decode()
    assert not visitor.is_inside()
    assert visitor.browser.session.get("_auth_user_id") is None


def test_in_a_new_browser_a_leaked_password_and_a_code_set_no_other(visitor: Visitor, phone: Phone, amine: Any) -> None:
    """D28, L2: both can be relayed live; the owner is sent to the mailbox instead (D34)."""
    visitor.give_password(password=LEAKED)
    visitor.give_code(phone)

    assert "password/reset" in visitor.post(PAGE, new_password=NEW).content.decode()
    amine.refresh_from_db()
    assert amine.check_password(LEAKED)
    assert not visitor.is_inside()


@pytest.mark.usefixtures("phone")
def test_a_good_password_is_asked_for_nothing(account: Create) -> None:
    assert Visitor().enter(bind_phone(account("claire.martin")), "claire.martin")


def test_a_list_of_ones_own_is_asked_too(tmp_path: Path, settings: Settings) -> None:
    said, leak, made = StringIO(), tmp_path / "leak.txt", tmp_path / "breached"
    leak.write_text(f"{GLASSES}\nautre chose\n{GLASSES}\n", encoding="utf-8")
    call_command("make_breached_list", str(leak), str(made), stdout=said)
    settings.HARDENING_LOGIN = {"breached_file": str(made)}

    assert said.getvalue().startswith("2 passwords")
    assert (is_breached(GLASSES), is_breached(NEW), is_breached(LEAKED)) == (True, False, True)
    assert check_breached_list() == []
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["breached", "leak.txt"]


def test_a_list_that_is_missing_or_none_is_refused_at_start_up(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "words").write_text("azerty\n", encoding="utf-8")
    for name in ("words", "missing"):
        settings.HARDENING_LOGIN = {"breached_file": str(tmp_path / name)}
        assert [message.id for message in check_breached_list()] == [NO_LIST]
        with pytest.raises((OSError, ValueError)):
            is_breached(GLASSES)


def test_a_leak_that_cannot_be_read_leaves_the_old_list(tmp_path: Path) -> None:
    (tmp_path / "breached").write_bytes(b"old")
    with pytest.raises(CommandError):
        call_command("make_breached_list", str(tmp_path / "none.txt"), str(tmp_path / "breached"))

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize("older", ["pbkdf2_sha256", "cheap"])
def test_an_old_hash_is_renewed_at_the_password_step(
    visitor: Visitor, phone: Phone, amine: Any, settings: Settings, older: str
) -> None:
    """Through the guarded backend, in the slot of the attempt; the login goes on under the new hash."""
    settings.PASSWORD_HASHERS = [
        f"{__name__}.Today",
        f"{__name__}.Cheap",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    encoded = Cheap().encode(GLASSES, "a salt of sixteen") if older == "cheap" else make_password(GLASSES, hasher=older)
    type(amine).objects.filter(pk=amine.pk).update(password=encoded)

    visitor.give_password(password="wrong")
    amine.refresh_from_db()
    assert amine.password == encoded
    visitor.enter(phone)

    amine.refresh_from_db()
    renewed = identify_hasher(amine.password)
    assert (renewed.algorithm, renewed.must_update(amine.password)) == ("today", False)
    assert amine.check_password(GLASSES)


class Today(PepperedArgon2PasswordHasher):
    algorithm = "today"
    time_cost, memory_cost, parallelism = 1, 64, 1


class Cheap(PepperedArgon2PasswordHasher):
    algorithm = "cheap"
    time_cost, memory_cost, parallelism = 1, 8, 1
