"""Log in with a passkey, and keep one's passkeys."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from hardening import clock
from hardening.authenticators.models import Passkey
from hardening.testing.passkeys import SoftPasskey, bind_soft_passkey, soft_passkey
from hardening.testing.phones import Phone
from tests.login.visitors import COUNTER, Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]


def test_a_passkey_opens_a_session_and_nothing_is_typed(visitor: Visitor, device: SoftPasskey) -> None:
    answer = visitor.show_passkey(device)

    assert (answer.status_code, answer.headers["Location"]) == (302, COUNTER)
    assert visitor.is_inside()


def test_the_browser_is_known_from_then_on(visitor: Visitor, device: SoftPasskey) -> None:
    visitor.show_passkey(device)
    visitor.post("logout")
    visitor.show_passkey(device)

    assert visitor.browser.get("/security/").context["this_browser"] is not None


@pytest.mark.parametrize("lie", [{"origin": "https://portail.example"}, {"is_user_verified": False}])
def test_a_refused_passkey_opens_nothing_and_says_one_sentence(
    visitor: Visitor, device: SoftPasskey, lie: dict[str, Any]
) -> None:
    """P16, P19."""
    answer = visitor.show_passkey(device, **lie)

    assert answer.context["refusal"]
    assert not visitor.is_inside()


def test_an_unknown_passkey_is_told_the_same(visitor: Visitor, device: SoftPasskey) -> None:
    """P29."""
    stranger = soft_passkey(user_handle=b"x" * 32)

    unknown, wrong = visitor.show_passkey(stranger), visitor.show_passkey(device, is_user_verified=False)
    assert unknown.status_code == wrong.status_code == 200
    assert unknown.context["refusal"] == wrong.context["refusal"]


def test_what_one_browser_was_asked_is_not_answered_by_another(visitor: Visitor, device: SoftPasskey) -> None:
    """P4: the challenge of the attacker's page, answered by its owner, opens nothing."""
    theirs = Visitor()
    visitor.asked_for_a_passkey()
    visitor.post("passkey_login", answer=device.get(theirs.asked_for_a_passkey()))

    assert not visitor.is_inside()


def test_an_answer_opens_one_session(visitor: Visitor, device: SoftPasskey) -> None:
    """P5: sent twice by the same browser, the second opens nothing."""
    answer = device.get(visitor.asked_for_a_passkey())
    visitor.post("passkey_login", answer=answer)
    visitor.post("logout")
    visitor.post("passkey_login", answer=answer)

    assert not visitor.is_inside()


def test_the_key_changes_and_the_old_one_is_dead(visitor: Visitor, device: SoftPasskey) -> None:
    """P20."""
    visitor.give_password()
    before = visitor.key
    visitor.show_passkey(device)

    assert visitor.key != before
    assert not Visitor().with_key(before).is_inside()


def test_a_stranger_who_fails_never_keeps_a_passkey_out(visitor: Visitor, device: SoftPasskey) -> None:
    """P9."""
    stranger = Visitor(address="203.0.113.9")
    for _ in range(7):
        stranger.give_password(password="wrong")

    visitor.show_passkey(device)
    assert visitor.is_inside()


def test_a_passkey_is_added_and_the_code_closes(visitor: Visitor, phone: Phone) -> None:
    """D26."""
    visitor.enter(phone)
    device = soft_passkey()
    visitor.post("passkey_add", answer=device.create(visitor.asked_for_a_passkey("passkey_options")), name="Comptoir")

    assert "Comptoir" in visitor.get("security").content.decode()
    other = Visitor()
    other.give_password()
    other.give_code(phone, phone.code(steps=1))
    assert not other.is_inside()


def test_a_code_removes_no_passkey(visitor: Visitor, amine: Any, phone: Phone) -> None:
    """I3: the session of a code that was opened before the passkey was bound."""
    visitor.enter(phone)
    bind_soft_passkey(amine)
    own = Passkey.objects.get()

    for page in ("passkey_remove", "passkey_rename"):
        assert reverse("hardening:step_up") in visitor.get(page, own.pk).headers["Location"]
    assert visitor.post("passkey_remove", own.pk).status_code == 403
    assert Passkey.objects.count() == 1


def test_another_accounts_passkey_is_not_found(visitor: Visitor, device: SoftPasskey, claire: Any) -> None:
    """P3."""
    bind_soft_passkey(claire)
    theirs = Passkey.objects.get(account=claire)
    visitor.show_passkey(device)

    for page in ("passkey_remove", "passkey_rename"):
        assert visitor.get(page, theirs.pk).status_code == 404
        assert visitor.post(page, theirs.pk, name="À moi").status_code == 404


def test_the_last_passkey_stays_and_one_of_two_goes(visitor: Visitor, amine: Any, device: SoftPasskey) -> None:
    visitor.show_passkey(device)
    first = Passkey.objects.get()
    assert visitor.post("passkey_remove", first.pk).status_code == 409

    bind_soft_passkey(amine, name="Téléphone")
    second = Passkey.objects.get(name="Téléphone")
    assert visitor.post("passkey_remove", second.pk).status_code == 302
    assert list(Passkey.objects.all()) == [first]


def test_a_passkey_gets_another_name(visitor: Visitor, device: SoftPasskey) -> None:
    visitor.show_passkey(device)
    visitor.post("passkey_rename", Passkey.objects.get().pk, name="Arrière-boutique")

    assert Passkey.objects.get().name == "Arrière-boutique"


@pytest.mark.usefixtures("device")
@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "é", '{"id": 1}', "x" * 70_000])
def test_a_malformed_answer_is_refused_like_any_other(visitor: Visitor, answer: str) -> None:
    """P33."""
    visitor.asked_for_a_passkey()

    assert visitor.post("passkey_login", answer=answer).status_code in {200, 400}
    assert not visitor.is_inside()


def test_a_number_that_no_table_holds_is_not_found(visitor: Visitor, device: SoftPasskey) -> None:
    """P33."""
    visitor.show_passkey(device)

    assert visitor.get("passkey_remove", 10**30).status_code == 404


def test_adding_a_passkey_ends_every_other_session_and_half_login(visitor: Visitor, phone: Phone) -> None:
    """I4, P23."""
    other, half = Visitor().enter(phone), Visitor()
    with clock.frozen(clock.now() + timedelta(seconds=30)):
        visitor.enter(phone)
        half.give_password()
        answer = soft_passkey().create(visitor.asked_for_a_passkey("passkey_options"))
        visitor.post("passkey_add", answer=answer, name="Comptoir")

        assert visitor.is_inside()
        assert not other.is_inside()
        assert half.get("code").headers["Location"].startswith("/login/")


def test_removing_a_passkey_ends_every_other_session(visitor: Visitor, amine: Any, device: SoftPasskey) -> None:
    """I4: the session of whoever holds the device that was lost."""
    lost = bind_soft_passkey(amine, name="Perdu")
    thief = Visitor(address="203.0.113.9")
    thief.show_passkey(lost)
    visitor.show_passkey(device)
    visitor.post("passkey_remove", Passkey.objects.get(name="Perdu").pk)

    assert visitor.is_inside()
    assert not thief.is_inside()
    thief.show_passkey(lost)
    assert not thief.is_inside()
