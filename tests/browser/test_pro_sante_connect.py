"""The way to another site and back, with the cookies and the policy of a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from hardening.authenticators.identities import link
from hardening.integrations.pro_sante_connect import discovery
from portal.accounts.models import Account
from tests.browser.visitor import Visitor
from tests.integrations.pro_sante_connect.issuer import (
    AMINE_RPPS,
    CLIENT,
    LYON,
    NANTES,
    SECRET,
    TELEPHONE,
    Issuer,
    query,
    served,
)

START = "/login/pro-sante-connect/"


@pytest.fixture
def issuer(
    settings: Settings, live_server: LiveServer, portal: dict[str, Account], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Issuer]:
    with served(Issuer()) as up:
        settings.ROOT_URLCONF = "tests.browser.pro_sante_connect_urls"
        address = live_server.url.replace("127.0.0.1", "localhost")
        settings.HARDENING_LOGIN = {**settings.HARDENING_LOGIN, "portal_url": address}
        settings.HARDENING_PRO_SANTE_CONNECT = {"issuer": up.address, "client_id": CLIENT, "phone_grants": True}
        monkeypatch.setenv("PRO_SANTE_CONNECT_SECRET", SECRET)
        discovery.forget()
        link(up.address, AMINE_RPPS, account=portal["benali"], linked_by=None, operator="paul")
        yield up
        discovery.forget()


@pytest.fixture
def home(live_server: LiveServer) -> str:
    return str(live_server.url.replace("127.0.0.1", "localhost"))


def go_by_the_issuer(visitor: Visitor, issuer: Issuer, *, home: str, **shown: Any) -> None:
    """Come back as the issuer sends people back: by a navigation that began on another site."""
    visitor.opens(START)
    assert visitor.page.url.startswith(f"{issuer.address}/auth?")
    back = f"{home}{START}callback/?{query(issuer.approve(visitor.page.url, **shown))}"
    visitor.page.evaluate("address => { location.href = address }", back)
    visitor.page.wait_for_url(f"{home}/**")


def test_a_practitioner_logs_in_by_his_card_for_one_of_two_practices(
    visitor: Visitor, issuer: Issuer, home: str
) -> None:
    go_by_the_issuer(visitor, issuer, home=home, practices=[LYON, NANTES])
    visitor.sees("Où exercez-vous maintenant").shoots("pro_sante_connect_practice")
    visitor.page.get_by_label("Optique de Nantes").check()
    visitor.presses("Continuer")

    visitor.opens("/security/").sees("Sécurité")
    assert visitor.page.url == f"{home}/security/"


def test_an_approval_on_the_telephone_leads_to_the_password(visitor: Visitor, issuer: Issuer, home: str) -> None:
    """D30, I7: the code stands on the page and behind the #, never in an address that reaches a server."""
    go_by_the_issuer(visitor, issuer, home=home, methods=TELEPHONE)
    visitor.sees("dix minutes").shoots("pro_sante_connect_grant")
    visitor.presses("Se connecter avec votre mot de passe").sees("Votre lettre a été lue")

    expect(visitor.page).not_to_have_url(re.compile("#"))


def test_who_is_refused_finds_the_other_ways(visitor: Visitor, issuer: Issuer, home: str) -> None:
    go_by_the_issuer(visitor, issuer, home=home, person="810100050075")

    visitor.sees("aucun compte actif").shoots("pro_sante_connect_refused")
    visitor.presses("Se connecter autrement").sees("Identifiant")


def test_an_issuer_that_is_broken_is_said_to_be(visitor: Visitor, issuer: Issuer) -> None:
    issuer.broken = frozenset({"/.well-known/wallet-openid-configuration"})

    visitor.opens(START).sees("les autres moyens").shoots("pro_sante_connect_unavailable")
