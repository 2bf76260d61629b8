"""A passkey is offered after a login by code, at most once in 30 days."""

from datetime import timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from pytest_django import Settings

from hardening import clock
from hardening.login.passkey_offer import PAUSE, cookie_name
from hardening.requirements import ANONYMOUS, Assurance, Level
from hardening.testing.passkeys import bind_soft_passkey
from hardening.testing.phones import Phone
from hardening.testing.statements import counted_statements
from tests.login.visitors import Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

BY_CODE = Assurance(level=Level.AAL2, account="7", methods=("otp", "pwd"))


def card_for(assurance: Assurance, **cookies: str) -> str:
    request: Any = RequestFactory().get("/")
    request.assurance = assurance
    request.COOKIES.update(cookies)
    return Template("{% load passkey_offer %}{% passkey_offer %}").render(Context({"request": request})).strip()


def test_it_is_offered_to_a_session_of_a_code_and_asks_no_table() -> None:
    with counted_statements() as statements:
        assert "passkey" in card_for(BY_CODE)
    assert len(statements) == 0


@pytest.mark.parametrize(
    "assurance",
    [
        ANONYMOUS,
        Assurance(level=Level.HALF, account="7"),
        Assurance(level=Level.HELD, account="7"),
        Assurance(level=Level.AAL2, account="7", is_on_probation=True),
        Assurance(level=Level.AAL2, account="7", is_phishing_resistant=True),
    ],
)
def test_nobody_else_is_offered_one(assurance: Assurance) -> None:
    assert card_for(assurance) == ""


def test_where_no_passkey_can_be_bound_none_is_offered(settings: Settings) -> None:
    settings.HARDENING_AUTHENTICATORS = {}

    assert card_for(BY_CODE) == ""


def test_later_is_thirty_days_for_this_account_alone(visitor: Visitor, amine: Any, phone: Phone) -> None:
    visitor.enter(phone).post("passkey_later")
    kept = visitor.browser.cookies[cookie_name(str(amine.pk))]

    assert kept["max-age"] == PAUSE.total_seconds() == timedelta(days=30).total_seconds()
    assert card_for(BY_CODE, **{cookie_name("7"): "1"}) == ""
    assert card_for(BY_CODE, **{cookie_name("8"): "1"}) != ""


def test_password_managers_find_the_pages(visitor: Visitor) -> None:
    assert visitor.get("passkey_endpoints").json() == {
        "enroll": "https://portail.example/security/passkeys/add/",
        "manage": "https://portail.example/security/",
    }


@pytest.mark.parametrize("missing", ["HARDENING_AUTHENTICATORS", "HARDENING_LOGIN"])
def test_without_passkeys_or_an_address_they_find_none(visitor: Visitor, settings: Settings, missing: str) -> None:
    setattr(settings, missing, {})

    assert visitor.get("passkey_endpoints").status_code == 404


def test_the_list_says_that_codes_are_closed(visitor: Visitor, amine: Any, phone: Phone) -> None:
    """D26: the telephone stays listed, can be removed, and another is not offered."""
    assert "/security/add/" in visitor.enter(phone).get("security").content.decode()
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        visitor.show_passkey(bind_soft_passkey(amine))
        page = visitor.get("security").content.decode()

    assert "/security/add/" not in page
    assert f"/security/{phone.authenticator}/remove/" in page
