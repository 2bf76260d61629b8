"""Pages that anybody may read."""

import pytest
from django.test import Client

from tests.portal.people import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["/", "/help/", "/contact/", "/login/", "/healthz", "/.well-known/security.txt"])
def test_a_stranger_reads_it(client: Client, page: str) -> None:
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", ["/look-up/", "/look-up/member/", "/look-ups/", "/care-agreements/", "/account/"])
def test_everything_else_sends_a_stranger_to_the_login(client: Client, page: str) -> None:
    response = client.get(page)

    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_whoever_is_logged_in_goes_straight_to_work(benali: Client) -> None:
    assert benali.get("/")["Location"] == "/look-up/"


def test_french_comes_first(client: Client) -> None:
    assert 'lang="fr"' in text_of(client.get("/"))


def test_a_browser_set_to_english_gets_english(client: Client) -> None:
    assert "Log in" in text_of(client.get("/", headers={"Accept-Language": "en"}))


def test_the_language_changes_before_the_login(client: Client) -> None:
    page = client.post("/language/", {"language": "en", "next": "/help/"}, follow=True)

    assert "Looking up a person" in text_of(page)
