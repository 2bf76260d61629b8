"""D33: “it was not me” works without a login, acts on a POST alone, takes away and raises nothing."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.urls import reverse

from hardening import clock
from hardening.authenticators import restrictions
from hardening.clients import Client
from hardening.events import Event, LinkReplayed, NotMeReported
from hardening.login import not_me
from hardening.login.links import NOT_ME, NoSuchLink, new_link
from hardening.testing.logins import log_in
from hardening.testing.phones import Phone, bind_phone
from tests.login.test_entrance import everything_stored
from tests.login.test_held import code_in as confirmation_in
from tests.login.visitors import Visitor

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.usefixtures("at_noon")]

Letterbox = Callable[[], list[Any]]
SOMEWHERE = Client(address="198.51.100.7", network="198.51.100.0/24", browser="Firefox")


def link_in(mail: Any) -> str:
    found = re.search(r"/login/not-me/#([a-z2-9]{28})", mail.body)
    assert found, mail.body
    assert found[0] in mail.alternatives[0].content
    return found[1]


@pytest.fixture
def thief(phone: Phone, letterbox: Letterbox) -> Visitor:
    """A relayed login that its deceived owner has confirmed."""
    thief = Visitor(address="203.0.113.9")
    thief.give_password()
    thief.give_code(phone)
    thief.post("held", code=confirmation_in(letterbox()[-1]))
    assert thief.is_inside()
    return thief


def test_the_thiefs_session_ends_within_one_request(thief: Visitor, letterbox: Letterbox, told: list[Event]) -> None:
    answer = Visitor().post("not_me", code=link_in(letterbox()[-1]), word="NON")

    assert answer.status_code == 200
    assert not thief.is_inside()
    assert [event for event in told if isinstance(event, NotMeReported)]


def test_codes_open_nobody_any_more_not_even_in_a_known_browser(
    thief: Visitor, phone: Phone, letterbox: Letterbox, at_noon: datetime
) -> None:
    Visitor().post("not_me", code=link_in(letterbox()[-1]), word="no")
    owner = Visitor().is_known_to()
    with clock.frozen(at_noon + timedelta(minutes=1)):
        owner.give_password()
        owner.give_code(phone)

        assert not owner.is_inside()
        assert "Vos codes n’ouvrent aucun dossier" in owner.get("held").content.decode()
        assert not thief.is_inside()


def test_nobody_confirms_a_code_that_is_in_doubt(
    thief: Visitor, phone: Phone, letterbox: Letterbox, at_noon: datetime
) -> None:
    """The thief, who comes again and deceives the owner again, is mailed nothing that would open."""
    Visitor().post("not_me", code=link_in(letterbox()[-1]), word="no")
    mailed, earlier = len(letterbox()), confirmation_in(letterbox()[0])
    with clock.frozen(at_noon + timedelta(minutes=1)):
        thief.give_password()
        thief.give_code(phone)
        thief.post("held", code=earlier)

        assert len(letterbox()) == mailed
        assert not thief.is_inside()
        assert 'name="code"' not in thief.get("held").content.decode()


def test_a_passkey_session_of_the_owner_goes_on(amine: Any, thief: Visitor, letterbox: Letterbox) -> None:
    owner = Visitor()
    log_in(owner.browser, amine, methods=("swk", "mfa"))
    Visitor().post("not_me", code=link_in(letterbox()[-1]), word="no")

    assert owner.is_inside()
    assert not thief.is_inside()


def test_a_reviewer_lets_codes_open_again(
    thief: Visitor, phone: Phone, amine: Any, letterbox: Letterbox, at_noon: datetime
) -> None:
    Visitor().post("not_me", code=link_in(letterbox()[-1]), word="no")
    assert not thief.is_inside()

    call_command("lift_restriction", amine.username, by="sophie", reason="Called back at the number on file")
    with clock.frozen(at_noon + timedelta(minutes=1)):
        assert Visitor().enter(phone)


@pytest.mark.parametrize(
    ("given", "code"), [({}, 1), ({"by": "a b"}, 2), ({"reason": " "}, 2), ({"username": "nobody"}, 2)]
)
def test_lifting_nothing_or_without_a_word_is_refused(amine: Any, given: dict[str, str], code: int) -> None:
    said = {"username": amine.username, "by": "sophie", "reason": "Called back"} | given

    with pytest.raises(CommandError) as refused:
        call_command("lift_restriction", said["username"], by=said["by"], reason=said["reason"])
    assert refused.value.returncode == code


def test_a_get_does_nothing(thief: Visitor, letterbox: Letterbox) -> None:
    """A mail scanner opens every link."""
    page = Visitor().browser.get(f"{reverse('hardening:not_me')}?code={link_in(letterbox()[-1])}")

    assert page.status_code == 200
    assert thief.is_inside()


@pytest.mark.parametrize("word", ["", "yes", "x"])
def test_without_the_word_nothing_happens(thief: Visitor, letterbox: Letterbox, word: str) -> None:
    Visitor().post("not_me", code=link_in(letterbox()[-1]), word=word)

    assert thief.is_inside()


def test_a_second_use_is_an_alarm_and_does_nothing(
    thief: Visitor, letterbox: Letterbox, told: list[Event], amine: Any
) -> None:
    """P5, P27."""
    code = link_in(letterbox()[-1])
    Visitor().post("not_me", code=code, word="no")
    restrictions.lift(str(amine.pk), by="reviewer")

    assert "a déjà servi" in Visitor().post("not_me", code=code, word="no").content.decode()
    assert [event.purpose for event in told if isinstance(event, LinkReplayed)] == [NOT_ME]
    assert not restrictions.lift(str(amine.pk), by="reviewer")
    assert not thief.is_inside()


def test_after_seven_days_the_link_is_over(thief: Visitor, letterbox: Letterbox, at_noon: datetime) -> None:
    with clock.frozen(at_noon + timedelta(days=7)), pytest.raises(NoSuchLink):
        not_me.report(link_in(letterbox()[-1]), client=SOMEWHERE)

    assert thief.is_inside()


@pytest.mark.usefixtures("thief")
def test_a_link_ends_nothing_of_another_account(claire: Any, letterbox: Letterbox) -> None:
    """P3, P27."""
    other = Visitor().enter(bind_phone(claire), "claire.martin", password="une dent contre personne")
    Visitor().post("not_me", code=link_in(letterbox()[-1]), word="no")

    assert other.is_inside()


@pytest.mark.usefixtures("thief")
def test_the_secret_of_a_link_is_in_no_table(letterbox: Letterbox) -> None:
    assert link_in(letterbox()[-1]) not in everything_stored()


@pytest.mark.usefixtures("thief")
def test_every_mail_to_an_owner_has_its_own_link(letterbox: Letterbox) -> None:
    links = [link_in(mail) for mail in letterbox()]

    assert len(set(links)) == len(links) >= 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_of_sixteen_uses_at_once_one_counts(amine: Any, at_noon: datetime) -> None:
    """I2."""
    code = new_link(NOT_ME, account=str(amine.pk))

    def use(_: int) -> bool:
        try:
            with clock.frozen(at_noon):
                not_me.report(code, client=SOMEWHERE)
        except NoSuchLink:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(use, range(16))) == [False] * 15 + [True]
