"""Whatever two people do in two browsers, in whatever order, the promises of the login hold (I1 to I5, I7).

The machine keeps its own small model: who is inside each browser and by which proof, what is bound to each account, and
what has been used up. Each rule does one thing through the real pages and says whether it may succeed; what succeeds
without leave is a hole. After each rule every browser must open exactly what the model says.
"""

import json
import logging
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hardening import clock
from hardening.authenticators.models import OneTimeCode, Passkey
from hardening.authenticators.permission import FRESH
from hardening.login import mailing
from hardening.testing.browsers import make_known
from hardening.testing.passkeys import SoftPasskey, bind_soft_passkey, soft_passkey
from hardening.testing.phones import Phone, bind_phone
from tests.leaks import assert_nothing_leaks
from tests.login.conftest import NOON
from tests.login.visitors import COUNTER, GLASSES, TEETH, Visitor

HALF_LOGIN = timedelta(minutes=5)
NEW_PASSWORDS = ("quatre lunettes rouges", "cinq lunettes vertes", "six lunettes grises")
BROWSERS, NAMES = st.sampled_from(["shop", "home"]), st.sampled_from(["amine.benali", "claire.martin"])
LIES = st.sampled_from(
    [
        {},
        {},
        {},
        {"origin": "http://localhost:8001"},
        {"is_user_verified": False},
        {"rp_id": "portail.example"},
        {"client_data": {"crossOrigin": True}},
    ]
)
PAUSES = st.sampled_from([30, 60, 299, 300, 301])


@dataclass
class Person:
    """An account, what its owner holds, and which of it is used up."""

    account: Any
    password: str
    phone: Phone
    devices: list[SoftPasskey] = field(default_factory=list)
    has_phone: bool = True
    used_codes: set[str] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)
    """Answers of passkeys that have been given once."""


@dataclass
class Window:
    """A browser, and what the model says of it."""

    visitor: Visitor
    half: str = ""
    half_at: datetime = NOON
    inside: str = ""
    is_resistant: bool = False
    proven_at: datetime = NOON

    def opens(self, name: str, *, is_resistant: bool, at: datetime) -> None:
        self.inside, self.half, self.is_resistant, self.proven_at = name, "", is_resistant, at

    def closes(self) -> None:
        self.inside, self.half = "", ""


class Login(RuleBasedStateMachine):
    """Two people, two browsers, and whoever copied a cookie or saw a code."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = ExitStack()
        for alias in ("default", "hardening"):
            self.undone.enter_context(transaction.atomic(using=alias))
            self.undone.callback(transaction.set_rollback, rollback=True, using=alias)
        self.at = NOON
        self.log = StringIO()
        self.listener = logging.StreamHandler(self.log)
        logging.getLogger().addHandler(self.listener)
        self.keys: set[str] = set()
        self.dead: set[str] = set()
        with clock.frozen(self.at):
            self.people = {
                name: self._hired(name, secret)
                for name, secret in (("amine.benali", GLASSES), ("claire.martin", TEETH))
            }
            claire = self.people["claire.martin"]
            claire.devices.append(bind_soft_passkey(claire.account))
        self.windows = {"shop": Window(Visitor()), "home": Window(Visitor(address="203.0.113.9"))}
        self.knows: set[tuple[str, str]] = set()
        """Which browsers each account knows: a code opens nothing anywhere else (D28)."""

    @staticmethod
    def _hired(name: str, password: str) -> Person:
        create = get_user_model()._default_manager.create_user
        account = create(name, password=password, email=f"{name}@example.org")
        return Person(account, password, bind_phone(account))

    def teardown(self) -> None:
        """I7: nothing that opens anything stands in a table or a line of the log."""
        logging.getLogger().removeHandler(self.listener)
        people = self.people.values()
        secrets = {person.password for person in people} | {person.phone.seed.hex() for person in people} | self.keys
        try:
            assert_nothing_leaks(secrets, log=self.log.getvalue())
        finally:
            self.undone.close()

    def somebody_is_inside(self) -> bool:
        return any(window.inside for window in self.windows.values())

    def may_change(self, window: Window) -> bool:
        """I3: a fresh proof of the strongest that the account has."""
        is_fresh = self.at - window.proven_at <= FRESH
        return bool(window.inside) and is_fresh and (window.is_resistant or not self.people[window.inside].devices)

    def changed(self, name: str, *, but: Window | None) -> None:
        """I4: every other session and half login of the account is gone."""
        self.knows = {known for known in self.knows if known[1] != name}
        for where, window in self.windows.items():
            if name in {window.inside, window.half} and window is not but:
                window.closes()
            if window is but:
                self.knows.add((where, name))

    def note_key(self, window: Window, before: str) -> None:
        """P20: the key of before opens nothing any more, whoever copied it."""
        self.keys.add(window.visitor.key)
        if before:
            assert window.visitor.key != before
            self.dead.add(before)

    @staticmethod
    def key_of(window: Window) -> str:
        cookie = window.visitor.browser.cookies.get("session")
        return str(cookie.value) if cookie else ""

    @rule(seconds=PAUSES)
    def time_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @rule(where=BROWSERS, name=NAMES)
    def a_right_password(self, where: str, name: str) -> None:
        window = self.windows[where]
        if window.inside:
            return
        with clock.frozen(self.at):
            answer = window.visitor.give_password(name, self.people[name].password)
        if answer.status_code == 302:
            window.half, window.half_at = name, self.at

    @rule(where=BROWSERS, name=NAMES)
    def an_everyday_browser(self, where: str, name: str) -> None:
        with clock.frozen(self.at):
            make_known(self.windows[where].visitor.browser, self.people[name].account)
        self.knows.add((where, name))

    @rule(name=NAMES)
    def a_login_is_relayed(self, name: str) -> None:
        """L2, D28: right password and right code, passed on live, open nothing where nobody knows the browser."""
        person, relay = self.people[name], Visitor(address="198.51.100.99")
        code = self._code(person)
        with clock.frozen(self.at):
            relay.give_password(name, person.password)
            relay.give_code(person.phone, code)
            assert not relay.is_inside()
        person.used_codes.add(code)

    @rule(name=NAMES)
    def a_stranger_guesses(self, name: str) -> None:
        with clock.frozen(self.at):
            stranger = Visitor(address="198.51.100.99")
            stranger.give_password(name, "wrong")
            assert not stranger.is_inside()

    @initialize(amine_is_at=BROWSERS, is_claire_at_the_other=st.booleans())
    def the_day_begins(self, amine_is_at: str, *, is_claire_at_the_other: bool) -> None:
        """Most of what can go wrong needs somebody inside."""
        self.an_everyday_browser(amine_is_at, "amine.benali")
        self.a_code(amine_is_at, "amine.benali", gives_password=True, is_again=False)
        assert self.windows[amine_is_at].inside
        if is_claire_at_the_other:
            self.a_passkey("home" if amine_is_at == "shop" else "shop", "claire.martin", lie={})

    @rule(where=BROWSERS, name=NAMES, gives_password=st.sampled_from([True, True, False]), is_again=st.booleans())
    def a_code(self, where: str, name: str, *, gives_password: bool, is_again: bool) -> None:
        """I1, I2, D26, D28: by its owner, after his password in this browser, which he is known by, once, and only
        without a passkey."""
        window, person = self.windows[where], self.people[name]
        if window.inside:
            return
        if gives_password:
            self.a_right_password(where, name)
        code = max(person.used_codes, default="000000") if is_again else self._code(person)
        is_due = window.half == name and self.at - window.half_at <= HALF_LOGIN
        may = is_due and person.has_phone and not person.devices and code not in person.used_codes
        may = may and (where, name) in self.knows
        before = self.key_of(window)
        with clock.frozen(self.at):
            window.visitor.give_code(person.phone, code)
            is_inside = window.visitor.is_inside()
        if is_inside:
            assert may, "a code opened a session that it must not open"
            person.used_codes.add(code)
            window.opens(name, is_resistant=False, at=self.at)
            self.note_key(window, before)

    @rule(where=BROWSERS, name=NAMES, lie=LIES)
    def a_passkey(self, where: str, name: str, lie: dict[str, Any]) -> None:
        """I1, I5: the true answer always opens, whatever strangers did; no lie ever does (P16, P18, P19)."""
        window, person = self.windows[where], self.people[name]
        if window.inside or not person.devices:
            return
        before = self.key_of(window)
        with clock.frozen(self.at):
            answer = person.devices[-1].get(window.visitor.asked_for_a_passkey(), **lie)
            window.visitor.post("passkey_login", answer=answer)
            assert window.visitor.is_inside() is not bool(lie)
        person.answers.append(answer)
        if not lie:
            window.opens(name, is_resistant=True, at=self.at)
            self.knows.add((where, name))
            self.note_key(window, before)

    @rule(where=BROWSERS, name=NAMES)
    def an_answer_given_before(self, where: str, name: str) -> None:
        """I2, P4."""
        window, person = self.windows[where], self.people[name]
        if window.inside or not person.answers:
            return
        with clock.frozen(self.at):
            window.visitor.post("passkey_login", answer=person.answers[-1])
            assert not window.visitor.is_inside()

    @precondition(lambda self: self.somebody_is_inside())
    @rule(where=BROWSERS, name=NAMES, by_code=st.booleans())
    def a_step_up(self, where: str, name: str, *, by_code: bool) -> None:
        """I1, I3: by the account of the session and the strongest that it has; another's proof confirms nothing."""
        window, person = self.windows[where], self.people[name]
        if not window.inside or not (by_code or person.devices):
            return
        is_own, before = name == window.inside, window.visitor.key
        with clock.frozen(self.at):
            code = self._code(person)
            if by_code:
                may = is_own and person.has_phone and not person.devices and code not in person.used_codes
                window.visitor.give_code(person.phone, code, page="step_up")
            else:
                may = is_own
                response = window.visitor.post("step_up_options")
                if response.status_code != 200:
                    return
                window.visitor.post("step_up", answer=person.devices[-1].get(json.loads(response.content)))
            rose = window.visitor.key != before and window.visitor.is_inside()
        if rose:
            assert may, "a proof that must not count was taken"
            person.used_codes.update({code} if by_code else ())
            window.opens(name, is_resistant=not by_code, at=self.at)
            self.note_key(window, before)

    @precondition(lambda self: self.somebody_is_inside())
    @rule(where=BROWSERS)
    def a_passkey_is_added(self, where: str) -> None:
        """I3, I4."""
        window, device, count = self.windows[where], soft_passkey(), Passkey.objects.count()
        with clock.frozen(self.at):
            response = window.visitor.post("passkey_options")
            if response.status_code == 200:
                answer = device.create(json.loads(response.content))
                window.visitor.post("passkey_add", answer=answer, name="Comptoir")
        assert (Passkey.objects.count() > count) is self.may_change(window)
        if Passkey.objects.count() > count:
            self.people[window.inside].devices.append(device)
            self.changed(window.inside, but=window)

    @precondition(lambda self: self.somebody_is_inside())
    @rule(where=BROWSERS, name=NAMES)
    def a_passkey_is_removed(self, where: str, name: str) -> None:
        """I3, I4, P3: one's own, by a fresh passkey, and never the last."""
        window, person = self.windows[where], self.people[name]
        mine = Passkey.objects.filter(account=person.account).order_by("pk")
        if not person.devices:
            return
        first, count = mine[0], len(person.devices)
        may = self.may_change(window) and window.inside == name and count > 1
        with clock.frozen(self.at):
            window.visitor.post("passkey_remove", first.pk)
        assert (mine.count() < count) is may
        if may:
            del person.devices[0]
            self.changed(name, but=window)

    @precondition(lambda self: self.somebody_is_inside())
    @rule(where=BROWSERS, name=NAMES)
    def a_telephone_is_removed(self, where: str, name: str) -> None:
        """I3, I4, P3: it may be the last, where a passkey is bound."""
        window, person = self.windows[where], self.people[name]
        if not person.has_phone:
            return
        may = self.may_change(window) and window.inside == name and bool(person.devices)
        with clock.frozen(self.at):
            window.visitor.post("authenticator_remove", int(person.phone.authenticator))
        is_gone = not OneTimeCode.objects.filter(pk=person.phone.authenticator).exists()
        assert may or not is_gone
        if is_gone:
            person.has_phone = False
            self.changed(name, but=window)

    @rule(where=BROWSERS, name=NAMES, number=st.integers(0, 2))
    def a_password_is_reset_by_mail(self, where: str, name: str, number: int) -> None:
        """D34, I4: the named exception; it opens nothing, and ends every session."""
        person, visitor = self.people[name], self.windows[where].visitor
        was_inside = self.windows[where].inside
        mailing.flush()
        sent = len(mail.outbox)
        with clock.frozen(self.at):
            visitor.post("password_reset", username=name)
            mailing.flush()
            found = [re.search(r"#([0-9a-z]{28})", str(letter.body)) for letter in mail.outbox[sent:]]
            for code in (match[1] for match in found if match):
                visitor.post("password_reset_confirm", code=code, new_password=NEW_PASSWORDS[number])
            person.account.refresh_from_db()
            if not person.account.check_password(person.password):
                person.password = NEW_PASSWORDS[number]
                self.changed(name, but=None)
                assert visitor.is_inside() is bool(was_inside and was_inside != name)

    @precondition(lambda self: self.somebody_is_inside())
    @rule(where=BROWSERS)
    def a_logout(self, where: str) -> None:
        window = self.windows[where]
        before = self.key_of(window)
        with clock.frozen(self.at):
            window.visitor.post("logout")
        self.dead |= {before} if window.inside else set()
        window.closes()

    @invariant()
    def each_browser_opens_what_the_model_says(self) -> None:
        """I1, I4."""
        with clock.frozen(self.at):
            for window in self.windows.values():
                page = window.visitor.browser.get(COUNTER)
                seen = page.content.decode().removeprefix("counter of ") if page.status_code == 200 else ""
                assert seen == window.inside

    @invariant()
    def no_key_of_before_opens_anything(self) -> None:
        """P20, D29."""
        with clock.frozen(self.at):
            assert not any(Visitor().with_key(key).is_inside() for key in sorted(self.dead)[-2:])

    def _code(self, person: Person) -> str:
        return person.phone.code(at=self.at)


@pytest.mark.postgresql  # it proves the pages, which are the same on both engines, and takes its time
@pytest.mark.django_db(databases=["default", "hardening"])
def test_whatever_two_people_do_in_two_browsers_the_promises_hold() -> None:
    run_state_machine_as_test(Login, settings=settings(max_examples=30, stateful_step_count=20, deadline=None))
