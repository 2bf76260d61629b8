"""The one middleware entry: what every response carries, and what every view finds."""

import re

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, override_settings

from hardening.headers import ALWAYS, CONTENT_POLICY
from hardening.middleware import HardeningMiddleware
from hardening.testing.logins import log_in
from portal.accounts.models import Account

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.urls("tests.assurance.pages"),
]


def without(*domains: str) -> list[str]:
    return [app for app in settings.INSTALLED_APPS if app not in {f"hardening.{domain}" for domain in domains}]


@pytest.fixture
def benali() -> Account:
    return Account.objects.create_user("benali", password="correct horse")


@pytest.mark.parametrize("path", ["/open/", "/unstated/", "/nothing/here/"])
@pytest.mark.parametrize("header", ALWAYS)
def test_every_answer_carries_the_headers_refusals_included(client: Client, path: str, header: str) -> None:
    assert client.get(path)[header] == ALWAYS[header]


def test_a_broken_view_carries_them_too() -> None:
    client = Client(raise_request_exception=False)
    log_in(client, Account.objects.create_user("benali"))

    response = client.get("/breaks/")

    assert response.status_code == 500
    assert response["Content-Security-Policy"] == CONTENT_POLICY
    assert response["Cache-Control"] == "no-store"


def test_the_policy_allows_nothing_inline_and_no_other_host() -> None:
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY
    assert "*" not in CONTENT_POLICY
    for directive in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "trusted-types 'none'"):
        assert directive in CONTENT_POLICY


def test_a_view_may_state_a_policy_of_its_own(client: Client) -> None:
    assert client.get("/own-policy/")["Content-Security-Policy"] == "default-src 'self'"


def test_a_page_behind_the_login_is_stored_nowhere_whatever_its_view_says(client: Client, benali: Account) -> None:
    log_in(client, benali)

    assert client.get("/cached/")["Cache-Control"] == "no-store"


def test_a_public_page_that_looks_at_the_session_is_stored_nowhere(client: Client) -> None:
    assert client.get("/who/")["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/open/")


def test_each_request_has_a_reference_of_its_own_and_takes_none_from_outside(client: Client) -> None:
    references = {client.get("/open/", headers={"x-request-id": "mine"})["X-Request-ID"] for _ in range(5)}

    assert len(references) == 5
    assert all(re.fullmatch(r"[2-9a-z]{12}", reference) for reference in references)


def test_a_view_runs_where_existence_is_a_disclosure(client: Client, benali: Account) -> None:
    log_in(client, benali)

    assert client.get("/existence/").json() == {"guarded": True}


@override_settings(INSTALLED_APPS=without("disclosure"))
def test_without_the_gate_existence_is_not_guarded(client: Client, benali: Account) -> None:
    log_in(client, benali)

    assert client.get("/existence/").json() == {"guarded": False}


def test_async_answers_are_the_same() -> None:
    response = async_to_sync(AsyncClient().get)("/open-async/")

    assert response["Content-Security-Policy"] == CONTENT_POLICY
    assert re.fullmatch(r"[2-9a-z]{12}", response["X-Request-ID"])


def test_async_views_run_where_existence_is_a_disclosure(benali: Account) -> None:
    client = AsyncClient()
    log_in(client, benali)

    assert async_to_sync(client.get)("/existence/").json() == {"guarded": True}


@override_settings(INSTALLED_APPS=without("sessions", "assurance", "disclosure"))
def test_alone_it_only_names_the_request_and_sets_the_headers() -> None:
    middleware = HardeningMiddleware(lambda _request: HttpResponse("opened"))

    assert middleware.parts == []
    assert middleware.process_view(HttpRequest(), lambda: None, (), {}) is None
    assert middleware.process_exception(HttpRequest(), RuntimeError()) is None
