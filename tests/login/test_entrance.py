"""Password, code, way out."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from hardening import clock
from hardening.events import AttemptFailed, Event, PasswordAccepted, SessionOpened
from hardening.sessions.models import Session
from hardening.testing.phones import Phone, bind_phone
from tests.login.conftest import Create
from tests.login.visitors import COUNTER, GLASSES, TEETH, Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]


def locked(username: str = "amine.benali") -> Any:
    """Fail six times from elsewhere and return the last answer."""
    return [Visitor(address="203.0.113.9").give_password(username, "wrong") for _ in range(6)][-1]


def test_password_and_code_open_the_session(visitor: Visitor, phone: Phone) -> None:
    assert visitor.is_known_to().give_password().headers["Location"] == reverse("hardening:code")
    assert visitor.get("code").status_code == 200

    assert visitor.give_code(phone).headers["Location"] == COUNTER
    assert visitor.browser.get(COUNTER).content == b"counter of amine.benali"


@pytest.mark.usefixtures("phone")
def test_the_password_alone_opens_nothing(visitor: Visitor) -> None:
    """L0."""
    visitor.give_password()

    assert visitor.browser.get(COUNTER).headers["Location"].startswith(reverse("hardening:code"))


@pytest.mark.usefixtures("amine")
def test_the_password_of_somebody_without_a_telephone_leads_to_the_letter(visitor: Visitor) -> None:
    """L0e."""
    visitor.give_password()

    assert visitor.get("code").headers["Location"] == reverse("hardening:enrol")
    assert not visitor.is_inside()


def test_the_code_alone_opens_nothing(visitor: Visitor, phone: Phone) -> None:
    visitor.give_code(phone)

    assert not visitor.is_inside()


def test_the_code_page_asks_the_telephone_for_digits(visitor: Visitor, phone: Phone) -> None:
    visitor.give_password()
    page = visitor.get("code").content.decode()

    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert f'value="{phone.authenticator}"' in page
    assert reverse("hardening:recovery") in page


def test_a_refused_code_is_not_repeated_by_the_page(visitor: Visitor, phone: Phone) -> None:
    visitor.give_password()

    assert "135790" not in visitor.give_code(phone, "135790").content.decode()


def test_a_code_pasted_with_its_space_is_accepted(visitor: Visitor, phone: Phone) -> None:
    visitor.is_known_to().give_password()
    visitor.give_code(phone, f" {phone.code()[:3]} {phone.code()[3:]} ")

    assert visitor.is_inside()


@pytest.mark.usefixtures("phone")
def test_somebody_with_two_telephones_says_which(visitor: Visitor, amine: Any) -> None:
    second = bind_phone(amine, name="Ancien")
    visitor.is_known_to().give_password()

    assert visitor.get("code").content.decode().count('type="radio"') == 2
    visitor.give_code(second)
    assert visitor.is_inside()


def test_half_a_login_lasts_five_minutes(visitor: Visitor, phone: Phone, at_noon: datetime) -> None:
    visitor.give_password()

    with clock.frozen(at_noon + timedelta(minutes=5, seconds=1)):
        visitor.give_code(phone)
        assert not visitor.is_inside()


def everything_stored() -> str:
    """Return every cell of every table on every alias."""
    cells: list[Any] = []
    for connection in connections.all():
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of the catalogue
                cells += [cell for row in cursor.fetchall() for cell in row]
    return repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in cells])


def test_after_step_one_no_secret_is_anywhere(visitor: Visitor, phone: Phone) -> None:
    """P1: sessions and every other table, on every alias."""
    visitor.give_password()
    stored = everything_stored()

    assert "amine.benali" in stored
    assert not [secret for secret in (GLASSES, phone.code(), phone.seed.hex()) if secret in stored]


def test_the_session_key_changes_at_each_step(visitor: Visitor, phone: Phone) -> None:
    """P20: and the old key is dead."""
    visitor.give_password()
    half = visitor.key
    visitor.give_code(phone)

    assert visitor.key != half
    assert not Visitor().with_key(half).is_inside()


def test_a_session_key_brought_along_is_not_kept(visitor: Visitor, phone: Phone) -> None:
    """P20: session fixation."""
    visitor.with_key("a" * 32).enter(phone)

    assert visitor.key != "a" * 32


def test_an_aborted_login_leaves_nothing_to_the_next_account(visitor: Visitor, phone: Phone, claire: Any) -> None:
    """P15: A's password, then B's: B's context holds only B's, and A's code opens nothing."""
    of_claire = bind_phone(claire)
    visitor.give_password()
    visitor.is_known_to("claire.martin").give_password("claire.martin", TEETH)

    visitor.give_code(phone)
    assert not visitor.is_inside()
    visitor.give_code(of_claire)
    assert visitor.browser.get(COUNTER).content == b"counter of claire.martin"
    assert {proof[0] for proof in Session.objects.get().assurance["proofs"]} == {"pwd", "otp"}


def test_a_password_changed_between_the_steps_ends_the_login(visitor: Visitor, amine: Any, phone: Phone) -> None:
    visitor.give_password()
    amine.set_password("quatre lunettes rouges")
    amine.save()

    assert visitor.give_code(phone).headers["Location"] == reverse("hardening:login")
    assert not visitor.is_inside()


def test_an_account_disabled_between_the_steps_does_not_enter(visitor: Visitor, amine: Any, phone: Phone) -> None:
    visitor.give_password()
    type(amine).objects.update(is_active=False)

    assert visitor.give_code(phone).status_code == 200
    assert not visitor.is_inside()


def shape_of(response: Any, *, typed: str) -> tuple[int, str]:
    """Return what an answer looks like, without what was typed and without its token."""
    page = response.content.decode().replace(str(response.context["csrf_token"]), "token")
    return response.status_code, page.replace(f'value="{typed}"', 'value="…"')


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize(
    ("username", "password"), [("nobody", GLASSES), ("gone", GLASSES), ("gone", "wrong"), ("x" * 200, "x")]
)
def test_unknown_wrong_and_disabled_are_one_answer(account: Create, username: str, password: str) -> None:
    """P28: same text, same status, no cookie that tells."""
    account("gone", is_active=False)
    wrong = Visitor().give_password("amine.benali", "wrong")
    other = Visitor().give_password(username, password)

    assert shape_of(other, typed=username) == shape_of(wrong, typed="amine.benali")
    assert "session" not in {*other.cookies, *wrong.cookies}


@pytest.mark.usefixtures("phone")
def test_locked_is_one_answer_whether_or_not_the_name_exists(at_noon: datetime) -> None:
    """P28, D32: counted by submitted name; says until when."""
    known, unknown = locked("amine.benali"), locked("nobody")

    assert (known.status_code, known.headers["Retry-After"]) == (unknown.status_code, unknown.headers["Retry-After"])
    assert known.status_code == 429
    assert known.context["until"] == unknown.context["until"] == at_noon + timedelta(minutes=1)


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("spelling", ["amine.benali", "AMINE.BENALI", "\uff41mine.benali", "amine\u200b.benali"])
def test_a_locked_name_is_locked_in_every_spelling(visitor: Visitor, spelling: str) -> None:
    """P14: one account, one counter; and the right password is not even tried."""
    locked()

    assert visitor.give_password(spelling).status_code == 429


def test_both_steps_share_one_counter(visitor: Visitor, phone: Phone) -> None:
    """P11: two wrong passwords and three wrong codes are five failures."""
    for _ in range(2):
        visitor.give_password(password="wrong")
    for _ in range(3):
        visitor.give_password()
        visitor.give_code(phone, "000000")

    assert visitor.give_password().status_code == 429


def test_a_right_password_buys_no_more_codes(visitor: Visitor, phone: Phone) -> None:
    """P11: were the counter reset by the password, whoever has it could try codes for ever."""
    answers = []
    for _ in range(6):
        visitor.give_password()
        answers.append(visitor.give_code(phone, "000000").status_code)

    assert answers[:5] == [200] * 5
    assert not visitor.is_inside()
    assert visitor.give_password().status_code == 429


def test_strangers_do_not_keep_the_owner_out_of_his_own_browser(
    visitor: Visitor, phone: Phone, at_noon: datetime
) -> None:
    """P9, I5: the browser that the account knows has a counter of its own."""
    visitor.enter(phone).post("logout")
    locked()

    with clock.frozen(at_noon + timedelta(seconds=30)):
        assert visitor.enter(phone)


def test_strangers_keep_the_owner_out_of_a_new_browser_for_a_quarter_of_an_hour(
    phone: Phone, at_noon: datetime
) -> None:
    """P9, I5: at most, whatever they send and however often."""
    for second in range(0, 3600, 20):
        with clock.frozen(at_noon + timedelta(seconds=second)):
            Visitor(address="203.0.113.9").give_password(password="wrong")

    with clock.frozen(at_noon + timedelta(hours=1, minutes=15)):
        assert Visitor().enter(phone)


@pytest.mark.parametrize("steps", [-3, -1, 3, None], ids=["late", "used", "early", "wrong"])
def test_wrong_late_early_and_used_are_one_answer(visitor: Visitor, phone: Phone, steps: int | None) -> None:
    """P29."""
    wrong = f"{(int(phone.code()) + 1) % 10**6:06d}"
    visitor.give_password()
    reference = visitor.give_code(phone, wrong).context["form"].errors
    typed = wrong if steps is None else phone.code(steps=steps)

    assert visitor.give_code(phone, typed).context["form"].errors == reference


@pytest.mark.parametrize("reference", ["auth.user/1", "0", "x" * 60, "accounts.account/1", "-1", "", "\x00"])
def test_a_malformed_authenticator_is_a_wrong_code(visitor: Visitor, phone: Phone, reference: str) -> None:
    """P33: never a 500."""
    visitor.give_password()

    assert visitor.post("code", authenticator=reference, code=phone.code()).status_code == 200
    assert not visitor.is_inside()


def test_anothers_telephone_opens_nothing(visitor: Visitor, claire: Any, phone: Phone) -> None:
    bind_phone(claire)
    visitor.give_password("claire.martin", TEETH)
    visitor.give_code(phone)

    assert not visitor.is_inside()


def test_a_right_code_is_one_login(visitor: Visitor, phone: Phone) -> None:
    """L1: replayed in another browser it opens nothing, though the password is known."""
    thief = Visitor(address="203.0.113.9")
    code = phone.code()
    for browser in (visitor.is_known_to(), thief.is_known_to()):
        browser.give_password()
        browser.give_code(phone, code)

    assert (visitor.is_inside(), thief.is_inside()) == (True, False)


@pytest.mark.parametrize("asked", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_a_page_asked_for_elsewhere_is_not_gone_to(visitor: Visitor, phone: Phone, asked: str) -> None:
    visitor.is_known_to().give_password(next=asked)

    assert visitor.give_code(phone, next=asked).headers["Location"] == COUNTER


def test_the_page_asked_for_is_reached(visitor: Visitor, phone: Phone) -> None:
    visitor.is_known_to().give_password(next="/security/")

    assert visitor.give_code(phone, next="/security/").headers["Location"] == "/security/"
    assert visitor.get("security").status_code == 200


def test_the_audit_hears_of_each_step(visitor: Visitor, phone: Phone, told: list[Event]) -> None:
    told.clear()
    visitor.give_password(password="wrong")
    visitor.enter(phone)

    steps = [type(event) for event in told if isinstance(event, AttemptFailed | PasswordAccepted | SessionOpened)]
    assert steps == [AttemptFailed, PasswordAccepted, SessionOpened]


def test_the_way_out_ends_the_session_and_what_the_browser_keeps(visitor: Visitor, phone: Phone) -> None:
    key = visitor.enter(phone).key
    response = visitor.post("logout")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not Visitor().with_key(key).is_inside()


def test_the_way_out_is_a_post(visitor: Visitor, phone: Phone) -> None:
    """An image on another site must not log anybody out."""
    assert visitor.enter(phone).get("logout").status_code == 405
    assert visitor.is_inside()


@pytest.mark.parametrize("page", ["login", "code", "password_reset", "logout"])
def test_forms_want_their_token(page: str) -> None:
    assert Client(enforce_csrf_checks=True).post(reverse(f"hardening:{page}")).status_code == 403


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("page", ["login", "code", "enrol", "recovery", "password_reset", "password_reset_confirm"])
def test_no_page_of_a_login_is_stored(visitor: Visitor, page: str) -> None:
    visitor.give_password()

    assert "no-store" in visitor.get(page).headers["Cache-Control"]
