"""P2: generated from the URLconf, so that a page added tomorrow is tested today."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from hardening import clock
from hardening.authenticators.models import (
    EnrolmentGrant,
    OneTimeCode,
    Passkey,
    PendingEnrolment,
    RecoveryCode,
    RecoveryRequest,
)
from hardening.authenticators.permission import COMPLETION
from hardening.login.models import ResetLink
from hardening.testing.passkeys import bind_soft_passkey
from hardening.testing.phones import Phone, bind_phone
from tests.login.visitors import GLASSES, Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

VERBS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

DOORS_WITHOUT_A_PROOF = {
    "login": "gives the proof",
    "passkey_login": "gives the proof",
    "passkey_login_options": "asks for the proof, and writes nothing",
    "code": "gives the proof",
    "step_up": "gives the proof",
    "step_up_options": "asks for the proof, and writes nothing",
    "logout": "gives everything up",
    "password_reset": "sends a mail, to the address on file",
    "password_reset_confirm": "is the named exception of I3: its proof is the mailed secret (D34)",
    "password_must_change": "wants both steps of this very login (tested in test_must_change)",
    "enrol": "asks for the letter, which is the proof (tested in test_enrolment_pages)",
    "enrol_confirm": "confirms what a letter began, in the same session",
    "enrol_passkey": "binds what a letter permits, in the same half login",
    "enrol_passkey_options": "asks for it, and writes no authenticator",
    "passkey_later": "hides an offer",
    "passkey_endpoints": "tells two addresses",
    "recovery": "opens a request, and no session (D27)",
    "security": "shows the list and changes nothing",
    "held": "confirms the login of its own session, by what was mailed (tested in test_held)",
    "held_refuse": "only takes away",
    "not_me": "only takes away; its proof is the mailed secret (D33, tested in test_not_me)",
    "session_end": "only takes away",
    "sessions_end": "only takes away",
    "browser_forget": "only takes away",
}
"""Every other page of the namespace needs a fresh proof: a page that is new here fails until somebody decides."""

NOBODY = "00000000-0000-4000-8000-000000000000"

TYPED = {
    "code": "123456",
    "name": "Voleur",
    "letter": "2222-2222-2222-2222-2222-2222-2222",
    "authenticator": "1",
    "username": "amine.benali",
    "password": GLASSES,
    "new_password": "cinq lunettes vertes",
}


def names_of(patterns: list[URLPattern | URLResolver], *, inside: bool = False) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns, inside=inside or pattern.namespace == "hardening")
        elif inside:
            yield str(pattern.name)


NAMES = frozenset(names_of(get_resolver("tests.login.urls").url_patterns))
PAGES_OF_A_PASSKEY = frozenset({"passkey_remove", "passkey_rename"})
GUARDED = sorted(NAMES - set(DOORS_WITHOUT_A_PROOF))


def first_passkey() -> int:
    """Return the number of the passkey there is, or of one there might be."""
    return Passkey.objects.values_list("pk", flat=True).first() or 1


def address_of(name: str, *, phone: Phone) -> str:
    for arguments in (
        {},
        {"authenticator": phone.authenticator},
        {"passkey": first_passkey()},
        {"login": NOBODY},
    ):
        with suppress(NoReverseMatch):
            return reverse(f"hardening:{name}", urlconf="tests.login.urls", kwargs=arguments)
    raise AssertionError(f"say here how to reach {name}")


def what_opens_the_account(account: Any) -> list[Any]:
    """Return a picture of everything that lets somebody in."""
    account.refresh_from_db()
    tables: tuple[Any, ...] = (
        OneTimeCode,
        Passkey,
        PendingEnrolment,
        EnrolmentGrant,
        RecoveryCode,
        RecoveryRequest,
        ResetLink,
    )
    keys = [list(table._default_manager.order_by("pk").values_list("pk")) for table in tables]
    return [account.password, account.email, keys, [one.name for one in OneTimeCode.objects.all()]]


def sent(visitor: Visitor, verb: str, address: str) -> Any:
    return visitor.browser.generic(verb, address, urlencode(TYPED), "application/x-www-form-urlencoded")


def proves_nothing(visitor: Visitor, phone: Phone) -> None:
    """Come from nowhere."""


def gives_the_password(visitor: Visitor, phone: Phone) -> None:  # noqa: ARG001 - one shape for all
    visitor.give_password()


def gives_the_password_twice(visitor: Visitor, phone: Phone) -> None:
    """One factor stays one, however often it is given."""
    visitor.give_password()
    visitor.give_code(phone, "000000")
    visitor.give_password()


def has_left(visitor: Visitor, phone: Phone) -> None:
    visitor.enter(phone).post("logout")


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("somebody", [proves_nothing, gives_the_password, gives_the_password_twice, has_left])
def test_without_two_steps_no_page_changes_who_can_log_in(
    visitor: Visitor, amine: Any, name: str, somebody: Any
) -> None:
    """P2, I3."""
    phone = bind_phone(amine)
    bind_phone(amine, name="Deuxième")
    somebody(visitor, phone)
    before = what_opens_the_account(amine)

    for verb in VERBS:
        answer = sent(visitor, verb, address_of(name, phone=phone))
        assert answer.status_code in {302, 401, 403, 405}, verb
        assert answer.headers.get("Location", "/login/").startswith("/login/"), verb
    assert what_opens_the_account(amine) == before


@pytest.mark.parametrize("name", GUARDED)
def test_a_login_that_is_not_fresh_changes_nothing(visitor: Visitor, amine: Any, at_noon: datetime, name: str) -> None:
    """P2, I3: verified, but a quarter of an hour ago."""
    phone = bind_phone(amine)
    bind_phone(amine, name="Deuxième")
    visitor.enter(phone)
    before = what_opens_the_account(amine)

    with clock.frozen(at_noon + COMPLETION + timedelta(seconds=1)):
        for verb in VERBS:
            answer = sent(visitor, verb, address_of(name, phone=phone))
            assert answer.status_code in {302, 401, 403, 405}, verb
            assert answer.headers.get("Location", "/step-up/").startswith("/step-up/"), verb
    assert what_opens_the_account(amine) == before


@pytest.mark.parametrize("name", GUARDED)
def test_a_fresh_proof_passes(visitor: Visitor, amine: Any, name: str) -> None:
    """The tests above refuse because of the proof, and not because nothing would pass."""
    type(amine).objects.update(is_superuser=True)
    phone = bind_phone(amine)
    bind_phone(amine, name="Deuxième")
    if name in PAGES_OF_A_PASSKEY:
        visitor.show_passkey(bind_soft_passkey(amine))
        bind_soft_passkey(amine, name="Deuxième")
    else:
        visitor.enter(phone)
    answers = [sent(visitor, verb, address_of(name, phone=phone)) for verb in ("GET", "POST")]

    assert {answer.status_code for answer in answers} & {200, 302, 404}
    assert not [answer for answer in answers if answer.headers.get("Location", "").startswith("/step-up/")]


def test_a_new_page_needs_a_fresh_proof_until_somebody_says_why_not() -> None:
    assert set(DOORS_WITHOUT_A_PROOF) <= NAMES
    assert {"authenticator_add", "authenticator_remove", "password_change", "recovery_codes"} <= set(GUARDED)
