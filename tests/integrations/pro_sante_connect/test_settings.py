"""Each way of configuring it wrongly, and what says so."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from hardening.checks import check_settings
from hardening.conf import ConfigurationError
from hardening.integrations.pro_sante_connect import checks
from hardening.integrations.pro_sante_connect.addresses import is_private
from hardening.integrations.pro_sante_connect.conf import ProSanteConnectSettings

ISSUER = {"issuer": "https://issuer.example/realms/wallet", "client_id": "portail"}


def ids() -> list[str | None]:
    return [message.id for message in checks.check_pro_sante_connect()]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an issuer alone": ({"issuer": "https://issuer.example"}, "both 'issuer' and 'client_id'"),
    "a name alone": ({"client_id": "portail"}, "both"),
    "an issuer in clear": ({**ISSUER, "issuer": "http://issuer.example"}, "https"),
    "an issuer with a query": ({**ISSUER, "issuer": "https://issuer.example/?a=1"}, "https"),
    "no wait": ({"timeout": timedelta()}, "above 0"),
    "a long wait": ({"timeout": timedelta(seconds=5.1)}, "at most 5 seconds"),
    "no age": ({"oldest_proof": timedelta()}, "above 0"),
    "an old proof": ({"oldest_proof": timedelta(minutes=31)}, "at most 30 minutes"),
    "no identity token": ({"scope": "scope_all openid2"}, "openid"),
}


@pytest.mark.parametrize(("given", "message"), REFUSED.values(), ids=REFUSED)
def test_a_value_that_voids_a_control_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        ProSanteConnectSettings(**given)


def test_an_unknown_key_is_told_with_the_nearest_known_one(settings: Settings) -> None:
    settings.HARDENING_PRO_SANTE_CONNECT = {**ISSUER, "phone_grant": True}

    (found,) = check_settings()
    assert "did you mean 'phone_grants'" in found.msg
    assert ids() == []


@pytest.mark.parametrize("document", [".well-known/openid-configuration", "/.well-known/openid-configuration"])
@pytest.mark.parametrize("address", ["https://issuer.example/realms/wallet", "https://issuer.example/realms/wallet/"])
def test_the_name_of_the_discovery_document_is_a_setting(document: str, address: str) -> None:
    found = ProSanteConnectSettings(issuer=address, client_id="portail", discovery_document=document)

    assert found.discovery_address == "https://issuer.example/realms/wallet/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("https://issuer.example", True),
        ("http://127.0.0.1:8080/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://issuer.example", False),
        ("http://127.0.0.1.example/", False),
        ("https://", False),
        ("https://name@issuer.example", False),
        ("https://:word@issuer.example", False),
        ("https://issuer.example/#a", False),
        ("https://issuer.example:x", False),
        ("ftp://127.0.0.1", False),
        ("text", False),
    ],
)
def test_an_issuer_is_spoken_to_where_nobody_listens(address: str, private: bool) -> None:  # noqa: FBT001
    assert is_private(address) is private


def test_a_right_installation_is_silent() -> None:
    assert ids() == []


def test_who_does_not_use_it_hears_nothing_of_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HARDENING_PRO_SANTE_CONNECT = {}
    settings.HARDENING_LOGIN = {}
    monkeypatch.delenv("PRO_SANTE_CONNECT_SECRET")

    assert ids() == []


def test_the_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PACKAGE", "no_such_package")

    (found,) = checks.check_pro_sante_connect()
    assert found.id == checks.NO_PACKAGE
    assert "hardening[pro_sante_connect]" in str(found.hint)


def test_a_portal_without_an_address_cannot_be_come_back_to(settings: Settings) -> None:
    """P19."""
    settings.HARDENING_LOGIN = {}

    assert ids() == [checks.NO_ADDRESS]


def test_a_missing_secret_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRO_SANTE_CONNECT_SECRET")

    (found,) = checks.check_pro_sante_connect()
    assert found.id == checks.NO_SECRET
    assert "PRO_SANTE_CONNECT_SECRET" in found.msg


@pytest.mark.parametrize("path", ["no.such.module", "hardening.no_such_name", "text", "hardening.__name__"])
def test_a_hook_that_cannot_be_called_is_refused(settings: Settings, path: str) -> None:
    settings.HARDENING_PRO_SANTE_CONNECT = {**settings.HARDENING_PRO_SANTE_CONNECT, "practices": path}

    assert ids() == [checks.NO_HOOK]


def test_pages_without_addresses_are_told(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.login.urls"

    assert ids() == [checks.NO_PAGES]
