"""A form that meets a step-up waits in its page, and is sent on once (D23)."""

import base64
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from hardening import clock
from hardening.authenticators.models import OneTimeCode
from hardening.authenticators.permission import COMPLETION
from hardening.encryption.operations import operations
from hardening.login.form_holding import FIELD, PLACE, release
from hardening.login.held_form import LARGEST, LIFETIME, HeldForm, read
from hardening.sessions.models import Session
from hardening.testing.passkeys import bind_soft_passkey
from hardening.testing.phones import Phone
from tests.login.visitors import Visitor

databases = pytest.mark.django_db(databases=["default", "hardening"])

LATER = COMPLETION + timedelta(seconds=1)
NAME = "Téléphone du comptoir"


@pytest.fixture
def inside(at_noon: datetime, visitor: Visitor, phone: Phone) -> Visitor:
    with clock.frozen(at_noon):
        return visitor.enter(phone)


@pytest.fixture
def later(inside: Visitor, at_noon: datetime) -> Iterator[datetime]:
    """The proof given at noon is no longer fresh."""
    assert inside.is_inside()
    with clock.frozen(at_noon + LATER):
        yield at_noon + LATER


def renames(visitor: Visitor, phone: Phone, name: str = NAME) -> Any:
    return visitor.post("authenticator_rename", phone.authenticator, name=name)


def held_in(page: Any) -> str:
    found = re.search(rf'name="{FIELD}" value="([^"]+)"', page.content.decode())
    return found[1] if found else ""


def sends_on(visitor: Visitor, page: Any) -> Any:
    """Post what the page holds, as the browser does."""
    html = page.content.decode()
    form = html[html.index("data-resend") :]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return visitor.browser.post(page.context["path"], {name: unescape(value) for name, value in fields})


@databases
@pytest.mark.usefixtures("later")
def test_a_posted_form_comes_back_after_the_step_up_once(inside: Visitor, phone: Phone) -> None:
    asked = renames(inside, phone)
    assert (asked.status_code, OneTimeCode.objects.get().name != NAME) == (403, True)
    held = held_in(asked)
    page = inside.give_code(phone, page="step_up", **{FIELD: held})
    sends_on(inside, page)

    assert OneTimeCode.objects.get().name == NAME
    assert inside.give_code(phone, phone.code(steps=1), page="step_up", **{FIELD: held}).status_code == 409


@databases
@pytest.mark.usefixtures("later")
def test_it_comes_back_after_a_wrong_code_too(inside: Visitor, phone: Phone) -> None:
    wrong = inside.give_code(phone, "000000", page="step_up", **{FIELD: held_in(renames(inside, phone))})
    page = inside.give_code(phone, page="step_up", **{FIELD: held_in(wrong)})

    assert page.context["fields"] == (("name", NAME),)


@databases
def test_a_passkey_sends_it_on_as_well(visitor: Visitor, amine: Any, phone: Phone, at_noon: datetime) -> None:
    device = bind_soft_passkey(amine)
    visitor.show_passkey(device)

    with clock.frozen(at_noon + LATER):
        held = held_in(renames(visitor, phone))
        answer = device.get(visitor.asked_for_a_passkey("step_up_options"))
        sends_on(visitor, visitor.post("step_up", answer=answer, **{FIELD: held}))
    assert OneTimeCode.objects.get().name == NAME


@databases
@pytest.mark.usefixtures("later")
def test_nothing_of_it_is_in_a_session_or_in_clear(inside: Visitor, phone: Phone) -> None:
    """P1, I7."""
    asked = renames(inside, phone)

    assert NAME not in asked.content.decode()
    assert "comptoir" not in str(list(Session.objects.values()))
    assert "no-store" in asked.headers["Cache-Control"]


@databases
@pytest.mark.usefixtures("later")
def test_it_is_nothing_to_another_session_of_the_same_person(inside: Visitor, phone: Phone) -> None:
    held = held_in(renames(inside, phone))
    other = Visitor().enter(phone)
    session = str(Session.objects.latest("opened_at").public_id)

    assert release(held, session=session) is None
    assert other.give_code(phone, phone.code(steps=1), page="step_up", **{FIELD: held}).status_code == 409


@databases
def test_it_is_nothing_after_five_minutes(inside: Visitor, phone: Phone, later: datetime) -> None:
    held = held_in(renames(inside, phone))

    with clock.frozen(later + LIFETIME + timedelta(seconds=1)):
        assert inside.give_code(phone, page="step_up", **{FIELD: held}).status_code == 409


@databases
@pytest.mark.parametrize("forged", ["x", "AAAA", "é", "A" * LARGEST])
@pytest.mark.usefixtures("later")
def test_whatever_else_stands_there_is_no_form(inside: Visitor, phone: Phone, forged: str) -> None:
    assert inside.give_code(phone, page="step_up", **{FIELD: forged}).status_code == 409


@databases
@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("path", ["/security/", "/nowhere/", "//evil.example/security/"])
def test_it_goes_to_the_view_that_it_was_for(path: str) -> None:
    session = Session.objects.get()
    form = HeldForm(str(session.public_id), path, "hardening:authenticator_rename", (), clock.now(), b"n" * 16)
    sealed = operations().seal(form.as_bytes(), place=PLACE, binding=form.session.encode())

    assert release(base64.urlsafe_b64encode(sealed).decode(), session=form.session) is None


@databases
@pytest.mark.usefixtures("later")
def test_a_form_of_another_site_is_not_held(inside: Visitor, phone: Phone) -> None:
    """The owner's proof would send it on with a token of ours."""
    strict = Client(enforce_csrf_checks=True, headers={"referer": "https://evil.example/"})
    strict.cookies = inside.browser.cookies
    answer = strict.post(reverse("hardening:authenticator_rename", args=[phone.authenticator]), {"name": "Voleur"})

    assert answer.status_code == 403
    assert held_in(answer) == ""


@databases
@pytest.mark.parametrize(
    "posted",
    [
        {"data": {"name": "x" * LARGEST}},
        {"data": {"name": NAME, "file": SimpleUploadedFile("scan.pdf", b"%PDF")}},
        {"data": '{"name": "x"}', "content_type": "application/json"},
    ],
)
@pytest.mark.usefixtures("later")
def test_large_forms_files_and_other_bodies_are_asked_for_again(
    inside: Visitor,
    phone: Phone,
    posted: dict[str, Any],
) -> None:
    address = reverse("hardening:authenticator_rename", args=[phone.authenticator])
    answer = inside.browser.post(address, **posted)

    assert answer.status_code == 403
    assert held_in(answer) == ""


@databases
@pytest.mark.usefixtures("later")
def test_without_a_holder_the_form_is_filled_in_again(
    inside: Visitor,
    phone: Phone,
    settings: Settings,
) -> None:
    settings.HARDENING_ASSURANCE = {"form_holder": ""}
    answer = renames(inside, phone)

    assert (answer.status_code, held_in(answer)) == (403, "")


@pytest.mark.postgresql
@pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
def test_of_sixteen_at_once_one_is_sent_on(inside: Visitor, phone: Phone, later: datetime) -> None:
    """I2."""
    held = held_in(renames(inside, phone))
    session = str(Session.objects.latest("opened_at").public_id)

    def released(_: int) -> bool:
        with clock.frozen(later):
            try:
                return release(held, session=session) is not None
            finally:
                connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(released, range(16))) == 1


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.lists(st.tuples(text, text), max_size=5))
def test_what_was_typed_comes_back_as_it_was(fields: list[tuple[str, str]]) -> None:
    form = HeldForm("s", "/a/?b=1", "a", tuple(fields), datetime(2026, 2, 3, 12, tzinfo=clock.now().tzinfo), b"n" * 16)

    assert read(form.as_bytes()) == form
    assert NAME not in repr(form)


@pytest.mark.parametrize("forged", [b"", b"{}", b"[]", b"[1,2,3,4,5,6]", b'["s","/","v","2026","zz",[]]', b"\xff"])
def test_bytes_of_another_version_are_no_form(forged: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(forged)


def test_a_form_is_for_its_session_and_for_five_minutes(at_noon: datetime) -> None:
    form = HeldForm("s", "/", "v", (), at_noon, b"")

    assert form.is_for(session="s", at=at_noon)
    assert form.is_for(session="s", at=at_noon + LIFETIME)
    assert not form.is_for(session="s", at=at_noon + LIFETIME + timedelta(microseconds=1))
    assert not form.is_for(session="s", at=at_noon - timedelta(microseconds=1))
    assert not form.is_for(session="t", at=at_noon)
    assert not HeldForm("", "/", "v", (), at_noon, b"").is_for(session="", at=at_noon)
