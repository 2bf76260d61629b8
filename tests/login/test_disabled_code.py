"""D32, R25, at the pages: what the guesser, the owner and a stranger with luck each get."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from hardening import clock
from hardening.lockout import attempts, disabling
from hardening.lockout.models import StoredBucket
from hardening.testing.logins import log_in
from hardening.testing.phones import Phone
from tests.lockout.people import NANTES
from tests.login.visitors import COUNTER, Visitor

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.usefixtures("at_noon")]

NAME = "amine.benali"
Letterbox = Callable[[], list[Any]]


def wrong_codes_so_far(number: int) -> None:
    """As they stand after ``number`` patient guesses of somebody with the right password."""
    attempts.reserve(submitted=NAME, step="code", client=NANTES).fail()
    StoredBucket.objects.filter(key=attempts.own_key(NAME)).update(second_step_failures=number, failures=[])


def test_the_hundredth_wrong_code_writes_to_the_owner_and_the_right_one_comes_too_late(
    visitor: Visitor, phone: Phone, letterbox: Letterbox
) -> None:
    wrong_codes_so_far(99)
    guesser = Visitor(address="203.0.113.9")
    guesser.give_password()
    guesser.give_code(phone, "000000")

    assert "https://portail.example/security/code/enable/" in letterbox()[-1].body
    visitor.give_password()
    answer = visitor.give_code(phone)
    assert answer.status_code == 403
    assert "Retry-After" not in answer.headers
    assert not visitor.is_inside()


def test_the_password_step_does_not_tell_that_the_code_is_disabled(visitor: Visitor, phone: Phone) -> None:
    """P28: a guesser of passwords learns nothing by it."""
    assert phone
    wrong_codes_so_far(100)

    assert visitor.give_password(password="wrong").status_code == 200
    assert visitor.give_password().status_code == 302


def test_from_his_own_browser_the_owner_logs_in_and_opens_it_again(
    visitor: Visitor, phone: Phone, at_noon: datetime
) -> None:
    visitor.enter(phone).post("logout")
    wrong_codes_so_far(100)

    with clock.frozen(at_noon + timedelta(minutes=1)):
        visitor.enter(phone)
        assert disabling.is_disabled(NAME)
        assert visitor.post("code_enable").status_code == 302

    assert not disabling.is_disabled(NAME)


def test_a_passkey_opens_it_again_in_any_browser(visitor: Visitor, amine: Any) -> None:
    wrong_codes_so_far(100)
    log_in(visitor.browser, amine, methods=("swk", "mfa"), is_known_browser=False)

    assert visitor.post("code_enable").status_code == 302
    assert not disabling.is_disabled(NAME)


def test_a_code_alone_opens_it_nowhere(visitor: Visitor, amine: Any) -> None:
    """A session that the guesser won a moment before must not order a hundred guesses more."""
    wrong_codes_so_far(100)
    log_in(visitor.browser, amine, is_known_browser=False)

    assert visitor.browser.get(COUNTER).status_code == 200
    assert visitor.post("code_enable").status_code == 403
    assert disabling.is_disabled(NAME)


def test_looking_at_the_page_opens_nothing(visitor: Visitor, amine: Any) -> None:
    wrong_codes_so_far(100)
    log_in(visitor.browser, amine)

    assert visitor.get("code_enable").status_code == 200
    assert disabling.is_disabled(NAME)


def test_the_security_page_says_it_and_leads_there(visitor: Visitor, phone: Phone) -> None:
    visitor.enter(phone)
    assert "/security/code/enable/" not in visitor.get("security").content.decode()
    wrong_codes_so_far(100)

    assert "/security/code/enable/" in visitor.get("security").content.decode()
