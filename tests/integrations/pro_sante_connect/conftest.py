"""An issuer, a portal that knows it, and Amine with his card."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from hardening.authenticators.identities import link
from hardening.events import Event, occurred
from hardening.integrations.pro_sante_connect import discovery
from tests.integrations.pro_sante_connect.issuer import AMINE_RPPS, CLIENT, SECRET, Issuer, served
from tests.login.visitors import COUNTER, GLASSES

START, CALLBACK, PRACTICE = (f"/login/pro-sante-connect/{page}" for page in ("", "callback/", "practice/"))


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with served(Issuer()) as up:
        yield up


@pytest.fixture(autouse=True)
def portal(settings: Settings, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.integrations.pro_sante_connect.urls"
    settings.LOGIN_REDIRECT_URL = "counter"
    settings.HARDENING_LOGIN = {"portal_url": "https://portail.example"}
    settings.HARDENING_PRO_SANTE_CONNECT = {"issuer": issuer.address, "client_id": CLIENT}
    monkeypatch.setenv("PRO_SANTE_CONNECT_SECRET", SECRET)
    discovery.forget()
    yield
    discovery.forget()


@pytest.fixture
def amine(issuer: Issuer) -> Any:
    account = get_user_model()._default_manager.create_user(
        "amine.benali", password=GLASSES, email="amine@example.org", full_name="Dr Amine Benali"
    )
    link(issuer.address, AMINE_RPPS, account=account, linked_by=None, operator="paul")
    return account


@pytest.fixture
def told() -> Iterator[list[Event]]:
    heard: list[Event] = []

    def hear(event: Event, **_: object) -> None:
        heard.append(event)

    occurred.connect(hear)
    yield heard
    occurred.disconnect(hear)


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


class Person:
    """Somebody at a browser, who can be sent to the issuer and comes back."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self.browser = Client(REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")

    def is_sent(self, **query: str) -> str:
        answer = self.browser.get(START, query)
        assert answer.status_code == 302, answer.content
        return str(answer["Location"])

    def comes_back(self, **said: str) -> Any:
        return self.browser.get(CALLBACK, said)

    def logs_in(self, *, target: str = "", **shown: Any) -> Any:
        page = self.is_sent(**({"next": target} if target else {}))
        return self.comes_back(**self.issuer.approve(page, **shown))

    def is_inside(self) -> bool:
        return bool(self.browser.get(COUNTER).status_code == 200)


@pytest.fixture
def person(issuer: Issuer) -> Person:
    return Person(issuer)
