"""Deny by default (D22, I6), the way on for each client, and P26."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponseBase
from django.test import AsyncClient, Client, override_settings

from hardening import PUBLIC, clock
from hardening.requirements import Standing
from hardening.sessions.models import Session
from hardening.testing.logins import half_log_in, log_in
from hardening.testing.statements import counted_statements
from portal.accounts.models import Account

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.urls("tests.assurance.pages"),
]

PROTECTED = ["/unstated/", "/unstated/deep/er", "/unstated-async/", "/not-required/", "/shop/basket/", "/existence/"]
STRONGEST = [
    "/strongest/",
    "/strongest-wrapped/",
    "/strongest-class/",
    "/strongest-inherited/",
    "/strongest-dispatch/",
]


def sent_to(response: HttpResponseBase) -> tuple[str, str]:
    """Return where the response redirects to, and the ``next`` it carries."""
    assert response.status_code == 302
    parts = urlsplit(response["Location"])
    return parts.path, parse_qs(parts.query).get("next", [""])[0]


@pytest.mark.parametrize("path", PROTECTED)
def test_a_stranger_is_sent_to_the_login_and_comes_back(client: Client, path: str) -> None:
    assert sent_to(client.get(path)) == ("/login/", path)


@pytest.mark.parametrize("path", PROTECTED)
def test_after_the_password_alone_the_code_is_asked(client: Client, benali: Account, path: str) -> None:
    half_log_in(client, benali)

    assert sent_to(client.get(path)) == ("/code/", path)


@pytest.mark.parametrize("path", PROTECTED)
def test_a_session_without_proofs_is_no_login(client: Client, benali: Account, path: str) -> None:
    client.force_login(benali)

    assert sent_to(client.get(path)) == ("/login/", path)


@pytest.mark.parametrize("path", PROTECTED)
def test_two_steps_open_what_states_nothing(client: Client, benali: Account, path: str) -> None:
    log_in(client, benali)

    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", STRONGEST)
def test_a_code_does_not_open_what_asks_for_a_passkey(client: Client, benali: Account, path: str) -> None:
    log_in(client, benali)
    assert sent_to(client.get(path)) == ("/step-up/", path)

    log_in(client, benali, methods=("swk", "mfa"))
    assert client.get(path).status_code == 200


def test_a_proof_of_ten_minutes_is_fresh_and_an_older_one_is_not(client: Client, benali: Account) -> None:
    log_in(client, benali)

    with clock.shifted(timedelta(minutes=10)):
        assert client.get("/fresh/").status_code == 200
    with clock.shifted(timedelta(minutes=10, seconds=1)):
        assert sent_to(client.get("/fresh/")) == ("/step-up/", "/fresh/")


def test_the_second_step_opens_to_a_half_login_only(client: Client, benali: Account) -> None:
    assert sent_to(client.get("/second-step/")) == ("/login/", "/second-step/")

    half_log_in(client, benali)
    assert client.get("/second-step/").status_code == 200

    with clock.shifted(timedelta(minutes=6)):
        assert sent_to(client.get("/second-step/")) == ("/login/", "/second-step/")


def test_a_public_page_costs_no_statement(client: Client) -> None:
    with counted_statements() as statements:
        assert client.get("/open/").status_code == 200

    assert len(statements) == 0


def test_a_protected_page_costs_the_session_and_the_user(client: Client, benali: Account) -> None:
    log_in(client, benali)

    with counted_statements() as statements:
        client.get("/unstated/")

    assert len(statements) == 2


def test_once_a_minute_a_protected_page_costs_one_more(client: Client, benali: Account) -> None:
    log_in(client, benali)

    with clock.shifted(timedelta(minutes=1)), counted_statements() as statements:
        client.get("/unstated/")
        client.get("/unstated/")

    assert len(statements) == 2 + 1 + 2


def test_refusing_a_stranger_costs_no_statement(client: Client) -> None:
    with counted_statements() as statements:
        client.get("/unstated/")

    assert len(statements) == 0


def test_an_unknown_address_is_not_found_for_everybody(client: Client) -> None:
    assert client.get("/nothing/here/").status_code == 404


@override_settings(HARDENING_ASSURANCE={"routes": {"shop": PUBLIC, "unstated": PUBLIC}})
def test_a_route_opens_by_its_name_or_its_namespace(client: Client) -> None:
    assert client.get("/shop/basket/").status_code == 200
    assert client.get("/unstated/").status_code == 200
    assert client.get("/not-required/").status_code == 302


@override_settings(HARDENING_ASSURANCE={"routes": {"shop:window": PUBLIC}})
def test_a_route_opens_itself_and_not_its_neighbour(client: Client) -> None:
    assert client.get("/shop/window/").status_code == 200
    assert client.get("/shop/basket/").status_code == 302


def test_a_refused_form_is_not_repeated_by_a_redirect(client: Client) -> None:
    response = client.post("/unstated/", {"name": "x"}, headers={"referer": "http://testserver/form/?page=2"})

    assert response.status_code == 403
    assert 'href="/login/?next=%2Fform%2F%3Fpage%3D2"' in response.content.decode()


@pytest.mark.parametrize("referer", ["https://evil.example/x", "http://testserver.evil.example/", "", "javascript:1"])
def test_the_way_on_never_leads_to_another_site(client: Client, referer: str) -> None:
    response = client.post("/unstated/", headers={"referer": referer})

    assert 'href="/login/"' in response.content.decode()


@pytest.mark.parametrize("path", ["//evil.example/unstated/", "/unstated//evil.example/"])
def test_next_is_a_path_of_ours(client: Client, path: str) -> None:
    response = client.get(path)

    if response.status_code == 302:
        assert not sent_to(response)[1].startswith("//")


@pytest.mark.parametrize(
    "headers", [{"accept": "application/json"}, {"authorization": "Bearer x"}, {"accept": "application/problem+json"}]
)
def test_a_program_is_told_in_the_shape_of_rfc_9470(client: Client, headers: dict[str, str]) -> None:
    response = client.get("/unstated/", headers=headers)

    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == 'Bearer acr_values="aal2"'
    assert json.loads(response.content)["status"] == 401


def test_a_browser_behind_a_proxy_with_a_password_of_its_own_is_still_a_browser(client: Client) -> None:
    headers = {"authorization": "Basic eDp5", "accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    assert sent_to(client.get("/unstated/", headers=headers)) == ("/login/", "/unstated/")


def test_a_program_that_must_step_up_is_told_how_fresh_and_how_strong(client: Client, benali: Account) -> None:
    log_in(client, benali)

    with clock.shifted(timedelta(minutes=11)):
        stale = client.get("/fresh/", headers={"accept": "application/json"})
    weak = client.get("/strongest/", headers={"accept": "application/json"})

    error = 'Bearer error="insufficient_user_authentication", '
    assert stale["WWW-Authenticate"] == error + 'acr_values="aal2", max_age="600"'
    assert weak["WWW-Authenticate"] == error + 'acr_values="phr"'


@pytest.mark.parametrize("path", [*PROTECTED, *STRONGEST])
def test_a_held_login_opens_nothing_and_is_sent_to_the_page_that_waits(
    client: Client, benali: Account, path: str
) -> None:
    """D28."""
    log_in(client, benali, standing=Standing.HELD)

    assert sent_to(client.get(path)) == ("/waiting/", path)


def test_a_held_login_opens_what_was_made_for_it(client: Client, benali: Account) -> None:
    assert sent_to(client.get("/waiting/")) == ("/login/", "/waiting/")
    log_in(client, benali, standing=Standing.HELD)

    assert client.get("/waiting/").status_code == 200
    with clock.shifted(timedelta(minutes=11)):
        assert sent_to(client.get("/waiting-fresh/")) == ("/step-up/", "/waiting-fresh/")


def test_what_a_held_login_sends_changes_nothing_and_says_what_is_missing(client: Client, benali: Account) -> None:
    log_in(client, benali, standing=Standing.HELD)

    response = client.post("/unstated/", {"name": "x"})

    assert response.status_code == 403
    assert 'href="/waiting/"' in response.content.decode()


def test_a_program_on_a_held_login_is_told_that_its_proof_is_not_enough(client: Client, benali: Account) -> None:
    log_in(client, benali, standing=Standing.HELD)

    response = client.get("/unstated/", headers={"accept": "application/json"})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer error="insufficient_user_authentication", acr_values="aal2"'


@override_settings(HARDENING_ASSURANCE={"held_url": "nowhere"})
def test_without_a_page_that_waits_a_held_login_is_refused_plainly(client: Client, benali: Account) -> None:
    log_in(client, benali, standing=Standing.HELD)

    assert client.get("/unstated/").status_code == 403


def test_a_session_from_before_standings_is_sent_to_the_login(client: Client, benali: Account) -> None:
    log_in(client, benali)
    Session.objects.update(assurance=Session.objects.get().assurance | {"format": 1})

    assert sent_to(client.get("/unstated/")) == ("/login/", "/unstated/")
    assert client.post("/unstated/").status_code == 403


def test_a_gate_that_asks_for_more_inside_the_view_leads_to_a_step_up(client: Client, benali: Account) -> None:
    log_in(client, benali)

    assert sent_to(client.get("/gate/")) == ("/step-up/", "/gate/")
    assert client.get("/gate/", headers={"accept": "application/json"}).status_code == 401


def test_p26_a_user_put_on_the_request_inside_the_view_has_proven_nothing(
    client: Client, benali: Account, martin: Account
) -> None:
    log_in(client, benali)

    assert client.get("/token-user/", {"as": benali.username}).json() == {"level": 40}
    assert client.get("/token-user/", {"as": martin.username}).json() == {"level": 0}


WITH_TOKENS = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tests.assurance.foreign_users.TokenMiddleware",
    "hardening.middleware.HardeningMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]


@pytest.mark.parametrize("kind", ["account", "bare", "lazy", "without_pk"])
@pytest.mark.parametrize("headers", [{}, {"accept": "application/json"}])
@override_settings(MIDDLEWARE=WITH_TOKENS)
def test_p26_a_user_that_the_session_did_not_log_in_is_refused(
    client: Client, benali: Account, martin: Account, kind: str, headers: dict[str, str]
) -> None:
    log_in(client, benali)

    response = client.get("/unstated/", headers={"x-token": f"{kind} {martin.username}", **headers})

    assert response.status_code == 403


@override_settings(MIDDLEWARE=WITH_TOKENS)
def test_p26_no_user_at_all_is_a_stranger(client: Client, benali: Account) -> None:
    log_in(client, benali)

    assert sent_to(client.get("/unstated/", headers={"x-token": "none"})) == ("/login/", "/unstated/")


def test_async_a_stranger_is_refused_alike(async_client: AsyncClient) -> None:
    get = async_to_sync(async_client.get)

    assert sent_to(get("/unstated-async/")) == ("/login/", "/unstated-async/")
    assert get("/open-async/").status_code == 200


@pytest.mark.parametrize("path", ["/unstated-async/", "/unstated/", "/existence/"])
def test_async_two_steps_open_alike(benali: Account, path: str) -> None:
    client = AsyncClient()
    log_in(client, benali)

    assert async_to_sync(client.get)(path).status_code == 200


@pytest.mark.urls("tests.assurance.no_doors")
def test_without_a_login_page_the_answer_is_a_plain_refusal(client: Client) -> None:
    response = client.get("/unstated/")

    assert response.status_code == 403
    assert "href" not in response.content.decode().split("<main")[1].split("</main>")[0]


@pytest.mark.urls("tests.assurance.closed_door")
def test_a_login_page_that_is_not_public_does_not_send_to_itself_for_ever(client: Client) -> None:
    assert sent_to(client.get("/unstated/"))[0] == "/login/"
    assert client.get("/login/").status_code == 403
