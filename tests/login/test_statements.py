"""What a login costs in statements, audit included, counted over the whole journey (D25)."""

from typing import Any

import pytest

from hardening.testing.passkeys import SoftPasskey, bind_soft_passkey
from hardening.testing.phones import Phone
from hardening.testing.statements import Statements, counted_statements
from tests.login.visitors import Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

EIGHT = 8
"""Of a passkey; the specification allows twelve."""

SIXTEEN = 16
"""Of the specification, on SQL stores; django-two-factor-auth with axes: 33."""


def journey(visitor: Visitor, phone: Phone, *, steps: int = 0) -> Statements:
    """Count both posts and the page between them."""
    with counted_statements() as statements:
        visitor.give_password()
        visitor.get("code")
        visitor.give_code(phone, phone.code(steps=steps))
    return statements


def test_a_login_in_a_known_browser_takes_sixteen_statements(visitor: Visitor, phone: Phone) -> None:
    visitor.enter(phone).post("logout")

    assert len(journey(visitor, phone, steps=1)) == SIXTEEN
    assert visitor.is_inside()


def test_a_login_that_is_held_takes_one_more(visitor: Visitor, phone: Phone) -> None:
    """What waits, its entry and the link to object by, in place of the browser that is not remembered."""
    assert len(journey(visitor, phone)) == SIXTEEN + 1
    assert not visitor.is_inside()


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("username", ["amine.benali", "nobody"])
def test_a_failed_login_takes_three_whether_or_not_the_name_exists(visitor: Visitor, username: str) -> None:
    """P28: the same statements, so the same class of time."""
    with counted_statements() as statements:
        visitor.give_password(username, "wrong")

    assert len(statements) == 3


@pytest.mark.usefixtures("phone")
def test_a_blocked_login_is_one_round_trip(visitor: Visitor) -> None:
    for _ in range(6):
        visitor.give_password(password="wrong")

    with counted_statements() as statements:
        assert visitor.give_password().status_code == 429
    assert len(statements) == 1


@pytest.mark.usefixtures("phone")
def test_asking_for_a_reset_takes_the_same_statements_for_every_name(visitor: Visitor) -> None:
    """P28: a name that exists is not found by counting."""
    counts = []
    for username in ("amine.benali", "nobody"):
        with counted_statements() as statements:
            visitor.post("password_reset", username=username)
        counts.append([sql.split(" WHERE ")[0] for sql in statements.sql])

    assert counts[0] == counts[1]


def passkey_journey(visitor: Visitor, device: SoftPasskey) -> Statements:
    """Count the page, the question and the answer."""
    with counted_statements() as statements:
        visitor.get("login")
        visitor.show_passkey(device)
    assert visitor.is_inside()
    return statements


def test_a_passkey_opens_a_session_in_seven_statements(visitor: Visitor, amine: Any) -> None:
    """One spends the challenge, one finds the passkey, one uses it; the page and the question cost nothing."""
    assert len(passkey_journey(visitor, bind_soft_passkey(amine))) == EIGHT


def test_a_passkey_in_a_known_browser_takes_no_more(visitor: Visitor, amine: Any) -> None:
    device = bind_soft_passkey(amine)
    visitor.show_passkey(device)
    visitor.post("logout")

    assert len(passkey_journey(visitor, device)) == EIGHT
