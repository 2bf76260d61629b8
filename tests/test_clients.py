import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from hardening.clients import Client, ClientSettings, client_of
from hardening.conf import ConfigurationError

LYON = "192.0.2.77"
PROXY = "10.0.3.1"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0"


def request_from(peer: str, *, forwarded: str = "") -> HttpRequest:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers={"User-Agent": FIREFOX, **headers})


def test_a_client_is_its_address_its_network_and_its_browser() -> None:
    assert client_of(request_from(LYON)) == Client(address=LYON, network="192.0.2.0/24", browser="Firefox, Windows")


def test_a_forwarded_address_is_not_believed_by_default() -> None:
    """P13: nobody is trusted until the operator says so."""
    assert client_of(request_from(PROXY, forwarded=LYON)).address == PROXY


@override_settings(HARDENING_CLIENTS={"trusted_proxies": ("10.0.3.0/29",)})
def test_a_forwarded_address_is_believed_from_a_listed_network_only() -> None:
    assert client_of(request_from(PROXY, forwarded=LYON)).address == LYON
    assert client_of(request_from("10.0.4.1", forwarded=LYON)).address == "10.0.4.1"


@override_settings(HARDENING_CLIENTS={"trusts_unix_socket": True})
def test_a_unix_socket_may_be_trusted() -> None:
    assert client_of(request_from("", forwarded=LYON)).address == LYON


def test_a_request_without_any_address_has_an_empty_one() -> None:
    assert client_of(HttpRequest()) == Client(address="", network="")
    assert client_of(request_from("", forwarded=LYON)).address == ""


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0"])
def test_trusting_the_whole_world_is_refused(network: str) -> None:
    settings = override_settings(HARDENING_CLIENTS={"trusted_proxies": (network,)})

    with settings, pytest.raises(ConfigurationError, match="choose its own address"):
        ClientSettings.load()


def test_a_network_that_does_not_parse_is_refused_by_name() -> None:
    settings = override_settings(HARDENING_CLIENTS={"trusted_proxies": ("10.0.3.0/99",)})

    with settings, pytest.raises(ConfigurationError, match=r"10\.0\.3\.0/99"):
        ClientSettings.load()
