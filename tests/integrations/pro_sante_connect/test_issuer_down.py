"""The issuer fails in each way that it can, and people are told of the other ways in time."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import Settings

from hardening import clock
from hardening.integrations.pro_sante_connect import discovery
from hardening.integrations.pro_sante_connect.bounded_fetch import MOST_BYTES, MOST_CALLS, Deadline, IssuerUnavailable
from hardening.integrations.pro_sante_connect.bounded_fetch import fetch as fetched
from hardening.integrations.pro_sante_connect.conf import ProSanteConnectSettings
from tests.integrations.pro_sante_connect.conftest import START, Person
from tests.integrations.pro_sante_connect.issuer import CLIENT, Issuer, ec_key, rsa_key, served

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

DISCOVERY = "/.well-known/wallet-openid-configuration"


@pytest.fixture
def hurried(settings: Settings) -> None:
    settings.HARDENING_PRO_SANTE_CONNECT = {
        **settings.HARDENING_PRO_SANTE_CONNECT,
        "timeout": timedelta(milliseconds=300),
    }


def is_told_of_the_other_ways(answer: Any) -> bool:
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    return reverse("hardening:login").encode() in answer.content


def test_an_issuer_that_is_down_leaves_the_other_ways(person: Person, settings: Settings) -> None:
    with served(Issuer()) as gone:
        address = gone.address
    settings.HARDENING_PRO_SANTE_CONNECT = {"issuer": address, "client_id": CLIENT}

    assert is_told_of_the_other_ways(person.browser.get(START))


def test_an_issuer_that_failed_is_left_alone_for_ten_seconds(person: Person) -> None:
    person.issuer.broken = frozenset({DISCOVERY})
    for _ in range(3):
        assert is_told_of_the_other_ways(person.browser.get(START))
    assert person.issuer.asked == [DISCOVERY]

    person.issuer.broken = frozenset()
    with clock.shifted(timedelta(seconds=11)):
        assert person.is_sent()


@pytest.mark.postgresql  # five seconds, and no table is meant
def test_a_slow_issuer_is_waited_for_five_seconds_at_most(person: Person) -> None:
    assert ProSanteConnectSettings.load().timeout == timedelta(seconds=5)
    person.issuer.slow = {DISCOVERY: 8}
    began = time.monotonic()

    assert is_told_of_the_other_ways(person.browser.get(START))
    assert 4.5 < time.monotonic() - began < 7


@pytest.mark.usefixtures("amine", "hurried")
def test_the_calls_of_one_answer_share_one_limit(person: Person) -> None:
    answer = person.issuer.approve(person.is_sent())
    person.issuer.slow = {"/token": 0.2, "/keys": 0.2, "/userinfo": 0.2}
    began = time.monotonic()

    assert is_told_of_the_other_ways(person.comes_back(**answer))
    assert time.monotonic() - began < 2
    assert not person.is_inside()


@pytest.mark.usefixtures("amine")
@pytest.mark.parametrize("page", ["/token", "/keys", "/userinfo"])
def test_an_answer_that_cannot_be_checked_opens_nothing(person: Person, page: str) -> None:
    answer = person.issuer.approve(person.is_sent())
    person.issuer.broken = frozenset({page})

    assert is_told_of_the_other_ways(person.comes_back(**answer))
    assert not person.is_inside()


@pytest.mark.usefixtures("amine")
def test_rotated_keys_are_asked_for_again_without_a_word_to_anybody(person: Person) -> None:
    assert person.logs_in().status_code == 302
    person.issuer.algorithm = "ES256"
    person.issuer.rotate("second", ec_key("second"))

    with clock.shifted(timedelta(seconds=11)):
        assert person.logs_in().status_code == 302
    assert person.issuer.asked.count("/keys") == 2


@pytest.mark.usefixtures("amine")
def test_p32_a_withdrawn_key_is_believed_no_longer_than_an_hour(person: Person) -> None:
    assert person.logs_in().status_code == 302
    person.issuer.published = []

    with clock.shifted(timedelta(minutes=59)):
        assert person.logs_in().status_code == 302
    with clock.shifted(timedelta(hours=1)):
        assert person.logs_in().status_code == 403


@pytest.mark.usefixtures("amine")
def test_unknown_keys_do_not_make_the_portal_ask_without_end(person: Person) -> None:
    person.logs_in()
    person.issuer.kid = "invented"

    assert [person.logs_in().status_code for _ in range(3)] == [403, 403, 403]
    assert person.issuer.asked.count("/keys") == 1


@pytest.mark.usefixtures("amine")
def test_p32_a_token_under_a_wrong_key_opens_nothing(person: Person) -> None:
    person.issuer.signer = rsa_key("thief")

    assert person.logs_in().status_code == 403
    assert not person.is_inside()


@pytest.mark.usefixtures("amine")
@pytest.mark.parametrize("said", [{"sub": "somebody else"}, {"SubjectNameID": "810100050075"}, {"SubjectNameID": 7}])
def test_p32_a_userinfo_document_of_somebody_else_is_refused(person: Person, said: dict[str, Any]) -> None:
    person.issuer.userinfo = said

    assert person.logs_in().status_code == 403
    assert not person.is_inside()


@pytest.mark.usefixtures("amine")
def test_the_number_may_stand_in_the_userinfo_document_alone(person: Person) -> None:
    person.issuer.lie = lambda claims: claims.pop("SubjectNameID")

    assert person.logs_in().status_code == 302
    assert person.is_inside()


@pytest.mark.usefixtures("amine")
def test_p32_a_token_of_another_login_is_refused_on_the_whole_way(person: Person) -> None:
    person.issuer.lie = lambda claims: claims.update(nonce="nonce of another login")

    assert person.logs_in().status_code == 403
    assert not person.is_inside()


@pytest.mark.usefixtures("amine")
def test_p32_a_session_left_open_at_the_issuer_opens_nothing_here(person: Person) -> None:
    an_hour_ago = int(clock.now().timestamp()) - 3600

    assert person.logs_in(auth_time=an_hour_ago).status_code == 403
    assert not person.is_inside()


@pytest.mark.parametrize(
    "discovered",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
        {"userinfo_endpoint": "https://name:word@elsewhere.example/"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_discovery_document_that_leads_elsewhere_is_not_followed(person: Person, discovered: dict[str, Any]) -> None:
    person.issuer.discovered = discovered

    assert is_told_of_the_other_ways(person.browser.get(START))


def test_where_the_issuer_is_stands_for_an_hour(person: Person) -> None:
    person.is_sent()
    person.is_sent()
    assert person.issuer.asked == [DISCOVERY]

    with clock.shifted(timedelta(hours=1)):
        person.is_sent()
    assert person.issuer.asked == [DISCOVERY, DISCOVERY]


def test_an_answer_too_large_is_not_read(person: Person) -> None:
    person.issuer.discovered = {"filling": "x" * MOST_BYTES}

    assert is_told_of_the_other_ways(person.browser.get(START))


@pytest.mark.postgresql  # likewise
def test_one_byte_at_a_time_holds_so_many_threads_and_no_more(issuer: Issuer) -> None:
    issuer.published, issuer.dripping = [], frozenset({"/keys"})

    def ask(_: int) -> str:
        with pytest.raises(IssuerUnavailable) as failure:
            fetched(f"{issuer.address}/keys", deadline=Deadline(timedelta(seconds=1)))
        return str(failure.value)

    with ThreadPoolExecutor(MOST_CALLS + 2) as pool:
        outcomes = Counter(pool.map(ask, range(MOST_CALLS + 2)))
    assert outcomes == {"no answer in time": MOST_CALLS, "too many calls are under way": 2}
    issuer.dripping = frozenset()
    time.sleep(4)
    assert fetched(f"{issuer.address}/keys", deadline=Deadline(timedelta(seconds=2))).status == 200


def test_time_that_is_over_is_not_spent_again(issuer: Issuer) -> None:
    deadline = Deadline(timedelta())

    with pytest.raises(IssuerUnavailable, match="in time"):
        discovery.endpoints(ProSanteConnectSettings.load(), deadline=deadline)
    assert issuer.asked == []
