"""A password forgotten, and a password changed."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

from hardening import clock
from hardening.authenticators.models import OneTimeCode
from hardening.clients import Client
from hardening.events import AttemptFailed, Event, PasswordChanged
from hardening.login.models import ResetLink
from hardening.login.passwords import NoSuchLink, live_link, reset_password
from hardening.testing.phones import Phone
from tests.login.conftest import Create
from tests.login.visitors import GLASSES, Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

NEW = "quatre lunettes rouges"
Letterbox = Callable[[], list[Any]]


def code_in(mail: Any) -> str:
    found = re.search(r"#([0-9a-z]{28})", mail.body)
    assert found, mail.body
    return found[1]


@pytest.fixture
def mailed(visitor: Visitor, phone: Phone, letterbox: Letterbox) -> str:
    """The secret of a link that was mailed to Amine, who has a telephone."""
    assert phone
    visitor.post("password_reset", username="amine.benali")
    return code_in(letterbox()[-1])


def test_the_link_sets_the_password_and_nothing_more(visitor: Visitor, mailed: str, phone: Phone, amine: Any) -> None:
    """P22, D34: it logs nobody in, and the second step stays as it was."""
    before = list(OneTimeCode.objects.values_list("pk", "last_counter"))
    answer = visitor.post("password_reset_confirm", code=mailed, new_password=NEW)

    assert answer.status_code == 200
    assert "session" not in visitor.browser.cookies
    assert not visitor.is_inside()
    assert list(OneTimeCode.objects.values_list("pk", "last_counter")) == before
    visitor.give_password(password=NEW)
    assert not visitor.is_inside()
    visitor.give_code(phone)
    assert visitor.get("held").status_code == 200
    assert not visitor.is_inside()
    assert amine.pk


def test_the_link_ends_every_session_and_known_browser(visitor: Visitor, mailed: str, phone: Phone, amine: Any) -> None:
    """P21, P23."""
    thief = Visitor(address="203.0.113.9").enter(phone)
    visitor.post("password_reset_confirm", code=mailed, new_password=NEW)

    assert not thief.is_inside()
    assert not amine.known_browsers.exists()


def test_the_link_ends_a_login_under_way(visitor: Visitor, mailed: str, phone: Phone) -> None:
    """A thief who waits at the second step does not outlive the password he typed."""
    thief = Visitor(address="203.0.113.9")
    thief.give_password()
    visitor.post("password_reset_confirm", code=mailed, new_password=NEW)

    thief.give_code(phone)
    assert not thief.is_inside()


def test_opening_the_link_uses_nothing_up(visitor: Visitor, mailed: str) -> None:
    """D33: mail scanners follow links; only a person posts."""
    for _ in range(3):
        assert visitor.get("password_reset_confirm").status_code == 200

    assert ResetLink.objects.get().used_at is None
    assert live_link(mailed)


def test_the_link_works_once_and_its_second_use_is_an_alarm(
    visitor: Visitor, mailed: str, amine: Any, told: list[Event]
) -> None:
    """P27."""
    visitor.post("password_reset_confirm", code=mailed, new_password=NEW)
    visitor.post("password_reset_confirm", code=mailed, new_password="cinq lunettes vertes")

    amine.refresh_from_db()
    assert amine.check_password(NEW)
    assert [event.step for event in told if isinstance(event, AttemptFailed)] == ["reset"]


def test_the_link_lives_half_an_hour(visitor: Visitor, mailed: str, amine: Any, at_noon: datetime) -> None:
    with clock.frozen(at_noon + timedelta(minutes=30)):
        assert visitor.post("password_reset_confirm", code=mailed, new_password=NEW).context["form"].errors["code"]

    amine.refresh_from_db()
    assert amine.check_password(GLASSES)


@pytest.mark.parametrize("typed", ["", "x", "2" * 28, "\x00", "../../etc/passwd", "2" * 5000])
def test_what_is_no_link_sets_nothing(visitor: Visitor, mailed: str, amine: Any, typed: str) -> None:
    assert mailed
    assert visitor.post("password_reset_confirm", code=typed, new_password=NEW).status_code == 200

    amine.refresh_from_db()
    assert amine.check_password(GLASSES)


def test_a_password_refused_by_the_policy_keeps_the_link(visitor: Visitor, mailed: str) -> None:
    refused = visitor.post("password_reset_confirm", code=mailed, new_password="amine.benali")

    assert refused.context["form"].errors["new_password"]
    assert mailed in refused.content.decode()
    assert visitor.post("password_reset_confirm", code=mailed, new_password=NEW).context.get("form") is None


def test_a_newer_password_voids_every_older_link(
    visitor: Visitor, mailed: str, at_noon: datetime, letterbox: Letterbox
) -> None:
    """A thief who read the first mail must not undo what the owner did with the second."""
    with clock.frozen(at_noon + timedelta(minutes=6)):
        visitor.post("password_reset", username="amine.benali")
        visitor.post("password_reset_confirm", code=code_in(letterbox()[-1]), new_password=NEW)

        with pytest.raises(NoSuchLink):
            live_link(mailed)


def test_a_stranger_who_asks_again_voids_nothing_and_sends_nothing(mailed: str, letterbox: Letterbox) -> None:
    """I5, P9: the owner's link still works, and the mailbox is not filled."""
    for _ in range(20):
        Visitor(address="203.0.113.9").post("password_reset", username="amine.benali")

    assert live_link(mailed)
    assert len(letterbox()) == 1


def test_a_stranger_who_never_stops_asking_does_not_keep_the_mails_from_the_owner(
    mailed: str, letterbox: Letterbox, at_noon: datetime
) -> None:
    """I5, R7: what was suppressed must not suppress the next, or the owner gets no link for as long as he likes."""
    for minutes in range(4, 44, 4):
        with clock.frozen(at_noon + timedelta(minutes=minutes)):
            Visitor(address="203.0.113.9").post("password_reset", username="amine.benali")

    with clock.frozen(at_noon + timedelta(minutes=45)):
        assert code_in(letterbox()[-1]) != mailed
        assert live_link(code_in(letterbox()[-1]))


def test_a_network_asks_twenty_times_in_a_quarter_of_an_hour(account: Create, at_noon: datetime) -> None:
    """A stranger fills neither tables nor mailboxes; and the refusal tells of his network, not of names."""
    account("somebody")
    stranger, neighbour = Visitor(address="203.0.113.9"), Visitor(address="203.0.113.77")
    answers = [stranger.post("password_reset", username=f"name{number}").status_code for number in range(20)]

    assert answers == [200] * 20
    for username in ("somebody", "nobody"):
        assert neighbour.post("password_reset", username=username).status_code == 429
    assert Visitor().post("password_reset", username="somebody").status_code == 200
    with clock.frozen(at_noon + timedelta(minutes=15)):
        assert neighbour.post("password_reset", username="somebody").status_code == 200


def test_a_known_browser_is_not_stopped_by_its_neighbours(visitor: Visitor, phone: Phone, letterbox: Letterbox) -> None:
    """P9."""
    visitor.enter(phone).post("logout")
    for number in range(20):
        Visitor().post("password_reset", username=f"name{number}")

    assert Visitor().post("password_reset", username="amine.benali").status_code == 429
    assert visitor.post("password_reset", username="amine.benali").status_code == 200
    assert letterbox()


def test_old_links_are_removed_by_command_and_recent_ones_kept(mailed: str, at_noon: datetime) -> None:
    """P27: a used link that comes back is an alarm, for a week."""
    assert mailed
    with clock.frozen(at_noon + timedelta(days=7)):
        call_command("clean_reset_links", stdout=StringIO())
        assert ResetLink.objects.exists()
    with clock.frozen(at_noon + timedelta(days=7, minutes=30)):
        call_command("clean_reset_links", stdout=StringIO())
        assert not ResetLink.objects.exists()


def test_the_secret_is_in_no_table_and_no_address(visitor: Visitor, mailed: str, letterbox: Letterbox) -> None:
    """I7: hashed at rest, and behind the # in the mail, which no server sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hardening_login_resetlink")
        assert mailed not in repr(cursor.fetchall())
    address = re.search(r"https://\S+", letterbox()[-1].body)
    assert address
    assert address[0] == f"https://portail.example/password/reset/confirm/#{mailed}"
    assert "Referrer-Policy" in visitor.get("password_reset_confirm").headers


@pytest.mark.parametrize("username", ["nobody", "gone", "nomail", "amine.benali", "amine\x00", "x" * 200])
def test_asking_is_one_answer_for_every_name(account: Create, visitor: Visitor, username: str) -> None:
    """P28."""
    account("gone", is_active=False)
    account("nomail", email="")
    reference = Visitor().post("password_reset", username="somebody.else")
    answer = visitor.post("password_reset", username=username)

    assert answer.status_code == reference.status_code == 200
    assert username == "amine\x00" or answer.content == reference.content


def test_nobody_is_mailed_who_has_no_account_is_disabled_or_has_no_address(
    account: Create, visitor: Visitor, letterbox: Letterbox
) -> None:
    account("gone", is_active=False)
    account("nomail", email="")
    for username in ("nobody", "gone", "nomail"):
        visitor.post("password_reset", username=username)

    assert letterbox() == []


@pytest.mark.postgresql
@pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
def test_one_link_64_threads_one_password(mailed: str, amine: Any) -> None:
    """P5, I2."""
    gate, present = Barrier(64), clock.now()
    client = Client(address="198.51.100.7", network="198.51.100.0/24")

    def use(number: int) -> int | None:
        try:
            with clock.frozen(present):
                live = live_link(mailed)
                gate.wait()
                reset_password(live, password=f"{number} lunettes bleues", client=client)
        except NoSuchLink:
            return None
        finally:
            connections.close_all()
        return number

    with ThreadPoolExecutor(64) as pool:
        winners = [number for number in pool.map(use, range(64)) if number is not None]
    amine.refresh_from_db()
    assert len(winners) == 1
    assert amine.check_password(f"{winners[0]} lunettes bleues")


def test_a_password_is_changed_under_a_fresh_proof(visitor: Visitor, phone: Phone, amine: Any) -> None:
    key = visitor.enter(phone).key
    visitor.post("password_change", password=GLASSES, new_password=NEW)

    amine.refresh_from_db()
    assert amine.check_password(NEW)
    assert visitor.is_inside()
    assert visitor.key != key


def test_a_change_ends_every_other_session_and_known_browser(
    visitor: Visitor, phone: Phone, amine: Any, at_noon: datetime
) -> None:
    """P21, P23, I4."""
    thief = Visitor(address="203.0.113.9").enter(phone)
    with clock.frozen(at_noon + timedelta(seconds=30)):
        visitor.enter(phone).post("password_change", password=GLASSES, new_password=NEW)

        assert (thief.is_inside(), visitor.is_inside()) == (False, True)
        assert amine.known_browsers.count() == 1


def test_a_change_wants_the_present_password(visitor: Visitor, phone: Phone, amine: Any) -> None:
    answer = visitor.enter(phone).post("password_change", password="wrong", new_password=NEW)

    assert answer.context["form"].errors["password"]
    amine.refresh_from_db()
    assert amine.check_password(GLASSES)


def test_guessing_the_present_password_counts(visitor: Visitor, phone: Phone) -> None:
    """P11: an open session is no place to try passwords."""
    visitor.enter(phone)
    answers = [visitor.post("password_change", password="wrong", new_password=NEW).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


@pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
def test_the_audit_hears_who_changed_it(visitor: Visitor, phone: Phone, told: list[Event]) -> None:
    visitor.enter(phone).post("password_change", password=GLASSES, new_password=NEW)

    assert [event.by for event in told if isinstance(event, PasswordChanged)] == ["owner"]
