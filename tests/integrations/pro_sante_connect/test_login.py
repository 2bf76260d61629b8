"""The whole way, against an issuer with real signatures."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections
from django.urls import reverse
from pytest_django import Settings

from hardening import clock
from hardening.authenticators.grants import permission_from
from hardening.authenticators.identities import link
from hardening.authenticators.models import EnrolmentGrant, NationalIdentity, Passkey
from hardening.events import Event, GrantIssued, SessionOpened, SessionRaised, WeakerWayRefused
from hardening.integrations.pro_sante_connect.flow import LIFETIME
from hardening.integrations.pro_sante_connect.practices import Practice, chosen_practice
from hardening.integrations.pro_sante_connect.tokens import Claims
from hardening.login import mailing
from hardening.testing.logins import log_in
from hardening.testing.passkeys import bind_soft_passkey
from tests.integrations.pro_sante_connect.conftest import CALLBACK, PRACTICE, START, Person
from tests.integrations.pro_sante_connect.issuer import (
    CLAIRE_RPPS,
    LYON,
    NANTES,
    TELEPHONE,
    Issuer,
)
from tests.login.visitors import COUNTER

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])


def only_nantes(account: Any, claims: Claims) -> Iterable[Practice]:
    assert account.username == "amine.benali"
    return [one for one in claims.practices if one.finess == "990123457"]


def nowhere(_account: Any, _claims: Claims) -> Iterable[Practice]:
    return []


def test_a_card_opens_a_session_that_no_phisher_could_have(amine: Any, person: Person, told: list[Event]) -> None:
    answer = person.logs_in()

    assert (answer.status_code, answer["Location"]) == (302, COUNTER)
    assert person.browser.get(COUNTER).content == b"counter of amine.benali"
    (opened,) = [event for event in told if isinstance(event, SessionOpened)]
    assert (opened.account, opened.methods) == (str(amine.pk), ("mfa", "sc"))


def test_the_issuer_is_asked_with_pkce_state_nonce_and_a_bounded_age(person: Person) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(person.is_sent()).query).items()}

    assert asked["redirect_uri"] == f"https://portail.example{CALLBACK}"
    assert (asked["response_type"], asked["code_challenge_method"], asked["max_age"]) == ("code", "S256", "300")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


@pytest.mark.usefixtures("amine")
def test_p19_the_way_back_is_never_taken_from_the_host_header(person: Person) -> None:
    answer = person.browser.get(START, headers={"host": "localhost"})

    assert "redirect_uri=https%3A%2F%2Fportail.example%2F" in answer["Location"]


@pytest.mark.usefixtures("amine")
def test_p32_somebody_else_with_the_same_mail_address_is_not_matched(person: Person) -> None:
    person.issuer.userinfo = {"email": "amine@example.org"}
    answer = person.logs_in(person=CLAIRE_RPPS)

    assert answer.status_code == 403
    assert not person.is_inside()


def test_p32_the_same_number_at_another_issuer_is_not_matched(amine: Any, person: Person) -> None:
    NationalIdentity.objects.filter(account_id=amine.pk).update(issuer="https://elsewhere.example")

    assert person.logs_in().status_code == 403
    assert not person.is_inside()


def test_a_disabled_account_is_answered_as_an_unknown_one(amine: Any, person: Person) -> None:
    type(amine).objects.update(is_active=False)
    disabled, unknown = person.logs_in(), person.logs_in(person=CLAIRE_RPPS)

    assert (disabled.status_code, disabled.content) == (403, unknown.content)


@pytest.mark.usefixtures("amine")
def test_p5_an_answer_opens_one_session(person: Person) -> None:
    answer = person.issuer.approve(person.is_sent())
    kept = dict(person.browser.cookies)
    assert person.comes_back(**answer).status_code == 302

    thief = Person(person.issuer)
    thief.browser.cookies.update({name: morsel for name, morsel in kept.items() if "pro-sante" in name})
    assert thief.comes_back(**answer).status_code == 403
    assert not thief.is_inside()


@pytest.mark.usefixtures("amine")
def test_an_answer_opens_nothing_in_a_browser_that_did_not_ask(person: Person) -> None:
    """Nobody is logged in as somebody else by a link."""
    answer = person.issuer.approve(person.is_sent())
    other = Person(person.issuer)
    assert other.comes_back(**answer).status_code == 403
    other.is_sent()
    assert other.comes_back(**answer).status_code == 403
    assert not other.is_inside()


@pytest.mark.usefixtures("amine")
def test_an_answer_that_comes_too_late_opens_nothing(person: Person) -> None:
    answer = person.issuer.approve(person.is_sent())

    with clock.shifted(LIFETIME):
        assert person.comes_back(**answer).status_code == 403


@pytest.mark.usefixtures("amine")
def test_an_answer_that_names_another_issuer_is_refused(person: Person) -> None:
    answer = person.issuer.approve(person.is_sent())

    assert person.comes_back(**{**answer, "iss": "https://elsewhere.example"}).status_code == 403
    assert "/token" not in person.issuer.asked


@pytest.mark.usefixtures("amine")
def test_a_person_who_stops_at_the_issuer_is_told_so(person: Person) -> None:
    answer = person.issuer.approve(person.is_sent())
    answer = person.comes_back(state=answer["state"], error="access_denied", error_description="<b>evil</b>")

    assert answer.status_code == 403
    assert b"evil" not in answer.content
    assert reverse("hardening:login").encode() in answer.content


@pytest.mark.usefixtures("amine")
def test_a_stolen_code_is_worth_nothing_without_the_verifier(person: Person) -> None:
    stolen = person.issuer.approve(person.is_sent())
    thief = Person(person.issuer)
    own = thief.issuer.approve(thief.is_sent())

    assert thief.comes_back(code=stolen["code"], state=own["state"]).status_code == 403
    assert not thief.is_inside()


@pytest.mark.usefixtures("amine")
@pytest.mark.parametrize(
    ("target", "arrives"),
    [
        ("/counter/?a=1", "/counter/?a=1"),
        ("https://evil.example/", COUNTER),
        ("//evil.example/", COUNTER),
        ("javascript:alert(1)", COUNTER),
    ],
)
def test_the_login_goes_on_to_our_own_pages_alone(person: Person, target: str, arrives: str) -> None:
    assert person.logs_in(target=target)["Location"] == arrives


@pytest.mark.usefixtures("amine")
@pytest.mark.parametrize("methods", [TELEPHONE, ["sc"], ["otp", "mfa"], [], "sc mfa", None])
def test_d30_what_is_not_a_card_with_its_pin_opens_nothing(person: Person, methods: Any) -> None:
    assert person.logs_in(methods=methods).status_code == 403
    assert not person.is_inside()
    assert not EnrolmentGrant.objects.exists()


def test_d30_an_approval_on_the_telephone_gives_a_grant_at_most(
    amine: Any, person: Person, settings: Settings, told: list[Event], commits: Any
) -> None:
    settings.HARDENING_PRO_SANTE_CONNECT = {**settings.HARDENING_PRO_SANTE_CONNECT, "phone_grants": True}
    with commits(execute=True):
        answer = person.logs_in(methods=TELEPHONE)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not person.is_inside()
    (issued,) = [event for event in told if isinstance(event, GrantIssued)]
    grant = EnrolmentGrant.objects.get(account_id=amine.pk)
    assert (issued.way, issued.grant) == ("identity", str(grant.pk))
    assert (grant.expires_at - grant.issued_at).total_seconds() == 600


def test_d30_the_grant_binds_nothing_without_the_password(
    amine: Any, person: Person, settings: Settings, mailoutbox: list[Any]
) -> None:
    settings.HARDENING_PRO_SANTE_CONNECT = {**settings.HARDENING_PRO_SANTE_CONNECT, "phone_grants": True}
    page = person.logs_in(methods=TELEPHONE).content.decode()
    code = page.split("/login/#")[1].split('"')[0]
    mailing.flush()

    assert permission_from(code, account=str(amine.pk)).grant is not None
    assert person.browser.get(reverse("hardening:enrol")).status_code == 302
    assert len(mailoutbox) == 1


def test_d30_an_account_with_a_passkey_gets_no_grant_by_telephone(
    amine: Any, person: Person, settings: Settings, told: list[Event]
) -> None:
    """D26: and one that logs in by passkeys alone gets none before it has one."""
    settings.HARDENING_PRO_SANTE_CONNECT = {**settings.HARDENING_PRO_SANTE_CONNECT, "phone_grants": True}
    bind_soft_passkey(amine)
    grants = EnrolmentGrant.objects.count()

    assert person.logs_in(methods=TELEPHONE).status_code == 403
    Passkey.objects.all().delete()
    assert person.logs_in(methods=TELEPHONE).status_code == 403
    assert EnrolmentGrant.objects.count() == grants
    assert [event.step for event in told if isinstance(event, WeakerWayRefused)] == ["identity", "identity"]


def test_d26_a_card_opens_an_account_with_a_passkey(amine: Any, person: Person) -> None:
    bind_soft_passkey(amine)

    assert person.logs_in()["Location"] == COUNTER
    assert person.is_inside()


def test_a_card_renews_the_proof_of_the_same_account_under_a_new_key(
    amine: Any, person: Person, told: list[Event]
) -> None:
    """P20: and it answers a step-up."""
    before = log_in(person.browser, amine).session_key

    assert person.logs_in().status_code == 302
    assert [event for event in told if isinstance(event, SessionRaised)]
    assert person.browser.cookies["session"].value != before


def test_p15_a_card_of_somebody_else_leaves_nothing_of_the_session_before(
    amine: Any, person: Person, django_user_model: Any
) -> None:
    claire = django_user_model._default_manager.create_user("claire.martin", full_name="Claire Martin")
    log_in(person.browser, claire)

    person.logs_in()
    assert person.browser.get(COUNTER).content == f"counter of {amine.username}".encode()


@pytest.mark.usefixtures("amine")
def test_a_person_of_two_practices_chooses_before_a_session_opens(person: Person) -> None:
    answer = person.logs_in(practices=[LYON, NANTES], target="/counter/?a=1")
    assert answer["Location"] == PRACTICE
    assert not person.is_inside()
    page = person.browser.get(PRACTICE).content.decode()
    assert "Optique de Lyon" in page
    assert person.browser.post(PRACTICE, {"practice": "28:elsewhere"}).status_code == 200
    assert not person.is_inside()

    answer = person.browser.post(PRACTICE, {"practice": "28:990123457"})
    assert answer["Location"] == "/counter/?a=1"
    assert person.is_inside()
    chosen = chosen_practice(person.browser.session)
    assert chosen is not None
    assert (chosen.name, chosen.finess) == ("Optique de Nantes", "990123457")


def test_a_colleague_at_the_same_browser_chooses_for_himself(
    amine: Any, person: Person, issuer: Issuer, django_user_model: Any
) -> None:
    claire = django_user_model._default_manager.create_user("claire.martin", full_name="Claire Martin")
    link(issuer.address, CLAIRE_RPPS, account=claire, linked_by=amine)
    person.logs_in(person=CLAIRE_RPPS, practices=[LYON])

    assert person.logs_in(practices=[LYON, NANTES])["Location"] == PRACTICE
    person.browser.post(PRACTICE, {"practice": "28:990123457"})
    renewed = person.logs_in(practices=[LYON, NANTES])

    chosen = chosen_practice(person.browser.session)
    assert renewed["Location"] == COUNTER
    assert chosen is not None
    assert chosen.name == "Optique de Nantes"


@pytest.mark.usefixtures("amine")
def test_p20_the_choice_stands_in_a_session_that_nobody_else_knows(person: Person) -> None:
    person.browser.session.save()
    person.browser.cookies["session"] = planted = "a" * 32
    person.logs_in(practices=[LYON, NANTES])

    assert person.browser.cookies["session"].value != planted


def test_a_choice_waits_two_minutes_and_not_for_a_disabled_account(amine: Any, person: Person) -> None:
    person.logs_in(practices=[LYON, NANTES])
    with clock.shifted(LIFETIME):
        assert person.browser.post(PRACTICE, {"practice": "28:R1"}).status_code == 403
    person.logs_in(practices=[LYON, NANTES])
    type(amine).objects.update(is_active=False)

    assert person.browser.post(PRACTICE, {"practice": "28:R1"}).status_code == 403
    assert not person.is_inside()


@pytest.mark.usefixtures("amine")
def test_the_portal_says_for_which_practices_somebody_works_here(person: Person, settings: Settings) -> None:
    hook = {"practices": f"{__name__}.only_nantes"}
    settings.HARDENING_PRO_SANTE_CONNECT = {**settings.HARDENING_PRO_SANTE_CONNECT, **hook}

    assert person.logs_in(practices=[LYON, NANTES])["Location"] == COUNTER
    chosen = chosen_practice(person.browser.session)
    assert chosen is not None
    assert chosen.name == "Optique de Nantes"


@pytest.mark.usefixtures("amine")
def test_whoever_works_nowhere_here_is_not_let_in(person: Person, settings: Settings) -> None:
    hook = {"practices": f"{__name__}.nowhere"}
    settings.HARDENING_PRO_SANTE_CONNECT = {**settings.HARDENING_PRO_SANTE_CONNECT, **hook}

    assert person.logs_in(practices=[LYON, NANTES]).status_code == 403
    assert not person.is_inside()


@pytest.mark.usefixtures("amine")
def test_the_cookie_of_the_login_is_no_scripts_and_goes_with_the_answer(person: Person) -> None:
    person.is_sent()
    cookie = person.browser.cookies["pro-sante-connect"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")

    person.comes_back()
    assert person.browser.cookies["pro-sante-connect"].value == ""


def test_without_an_issuer_there_are_no_pages(person: Person, settings: Settings) -> None:
    settings.HARDENING_PRO_SANTE_CONNECT = {}

    assert [person.browser.get(page).status_code for page in (START, CALLBACK, PRACTICE)] == [404, 404, 404]


@pytest.mark.postgresql
@pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
@pytest.mark.usefixtures("amine")
def test_i2_of_12_equal_answers_at_once_one_opens_a_session(issuer: Issuer) -> None:
    """P5: whoever copied the cookie and the address races the owner, and one of them is told."""
    owner = Person(issuer)
    answer = issuer.approve(owner.is_sent())
    people = [Person(issuer) for _ in range(12)]
    for one in people:
        one.browser.cookies["pro-sante-connect"] = owner.browser.cookies["pro-sante-connect"].value
    gate = Barrier(12)

    def come(one: Person) -> int:
        try:
            gate.wait()
            return int(one.comes_back(**answer).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        assert Counter(pool.map(come, people)) == {302: 1, 403: 11}
    assert issuer.asked.count("/token") == 1
