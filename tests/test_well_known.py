import json
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.http import Http404
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from hardening import clock
from hardening.conf import ConfigurationError
from hardening.well_known import SiteSettings, change_password
from tests.assurance.pages import doors

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

urlpatterns = [path("", include(doors)), path("", include("hardening.urls"))]

CONTACT = {"security_contact": "mailto:security@portal.example"}


@override_settings(HARDENING_SITE=CONTACT)
def test_security_txt_names_a_contact_and_its_own_end(client: Client) -> None:
    with clock.frozen(NOON):
        response = client.get("/.well-known/security.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:security@portal.example",
        "Expires: 2026-05-31T00:00:00Z",
        "Preferred-Languages: fr, en",
    ]


@override_settings(HARDENING_SITE={})
def test_without_a_contact_there_is_no_security_txt(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    "contact", ["security@portal.example", "http://portal.example", "mailto:a@b.example\nExpires: x"]
)
def test_a_contact_that_nobody_could_read_is_refused(contact: str) -> None:
    with pytest.raises(ConfigurationError, match="security_contact"):
        SiteSettings(security_contact=contact)


@pytest.mark.urls("tests.test_well_known")
def test_password_managers_are_sent_to_our_page(client: Client) -> None:
    assert client.get("/.well-known/change-password")["Location"] == "/password/"


@pytest.mark.urls("tests.assurance.no_doors")
def test_without_our_page_they_are_sent_nowhere() -> None:
    with pytest.raises(Http404):
        change_password(RequestFactory().get("/.well-known/change-password"))


def test_a_healthy_process_says_so_to_strangers_and_nothing_else(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert json.loads(response.content) == {"status": "ok"}
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_a_process_that_reaches_no_database_says_so(client: Client) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("the server closed the connection: host=10.0.3.7 user=portal")

    with connections["hardening"].execute_wrapper(gone):
        response = client.get("/healthz")

    assert response.status_code == 503
    assert json.loads(response.content) == {"status": "unavailable"}


@pytest.mark.parametrize("path", ["/healthz", "/.well-known/security.txt", "/.well-known/change-password"])
def test_they_only_answer(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
