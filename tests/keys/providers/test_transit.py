"""Roots wrapped over HTTP: the service may be down, slow, sealed, redirected or another one altogether."""

import base64
import hmac
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.providers.protocol import MacKey, mac_input
from hardening.keys.providers.transit import TransitProvider
from tests.keys.providers.certificates import write_certificate
from tests.keys.providers.contract import NIR_KEY, ROOT, WrappingContract, refusal, require_silent
from tests.keys.providers.local_server import BAD_ANSWERS, Respond, answering, closed_address, fixed
from tests.keys.providers.mac_contract import INDEX_KEY, MESSAGE, MacContract, mac_refusal
from tests.keys.providers.transit_server import TOKEN, Transit

WRAPPED = b"vault:v1:" + base64.b64encode(bytes(60))


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARDENING_TRANSIT_TOKEN", TOKEN)


@pytest.fixture
def service() -> Transit:
    return Transit("portal", "other")


@pytest.fixture
def address(service: Transit) -> Iterator[str]:
    with answering(service) as address:
        yield address


@pytest.fixture
def provider(address: str) -> TransitProvider:
    return transit(address)


def transit(address: str, **options: Any) -> TransitProvider:
    given = {"provider": "transit", "transit_address": address, "transit_key": "portal", **options}
    return TransitProvider(KeysSettings(**given))


@pytest.fixture
def mac_key() -> MacKey:
    return MacKey(name="portal")


@pytest.fixture
def other_mac_key() -> MacKey:
    return MacKey(name="other")


@pytest.fixture
def wrapping_key() -> None:
    """The engine gives each key an HMAC key of its own, so that one name may serve both."""


class TestTransit(WrappingContract):
    """The contract, over HTTP."""


class TestTransitMacs(MacContract):
    """Likewise, of MACs."""


def test_a_service_that_is_down_is_named_with_what_to_do() -> None:
    said = refusal(transit(closed_address()), WRAPPED)

    assert "ConnectionRefusedError" in said
    assert "transit_address" in said


def test_a_slow_service_is_left_after_the_timeout() -> None:
    done = threading.Event()

    with answering(lambda _: bool(done.wait(10))) as address:  # type: ignore[arg-type]
        said = refusal(transit(address, provider_timeout=timedelta(milliseconds=150)), WRAPPED)
        done.set()

    assert "no answer within 0.15 s" in said


@pytest.mark.parametrize("respond", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_an_answer_that_is_not_transits_opens_nothing(respond: Respond) -> None:
    with answering(respond) as address:
        provider = transit(address)

        assert "key 1 (encryption), provider 'transit'" in refusal(provider, WRAPPED)
        with pytest.raises(KeyUnavailableError):
            provider.wrap(ROOT, context=NIR_KEY)


@pytest.mark.parametrize("value", [7, None, "*", "é", ["x"]], ids=repr)
def test_an_answer_of_another_shape_opens_nothing(value: object) -> None:
    with answering(fixed({"data": {"plaintext": value, "ciphertext": value}})) as address:
        assert "not transit's" in refusal(transit(address), WRAPPED)
        with pytest.raises(KeyUnavailableError, match="not transit's"):
            transit(address).wrap(ROOT, context=NIR_KEY)


def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    with answering(fixed({"data": {"plaintext": "A" * (1 << 17)}})) as address:
        assert "larger than 65536 bytes" in refusal(transit(address), WRAPPED)


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_does_not_carry_the_token_away(service: Transit, address: str, status: int) -> None:
    redirect = fixed({}, status=status, headers={"Location": f"{address}/v1/transit/decrypt/portal"})

    with answering(redirect) as redirecting:
        said = refusal(transit(redirecting), WRAPPED)

    assert "redirects, which is not followed" in said
    assert service.headers == []


def test_a_root_of_another_key_does_not_open(address: str) -> None:
    wrapped = transit(address, transit_key="other").wrap(ROOT, context=NIR_KEY)

    assert "does not accept it" in refusal(transit(address), wrapped)


def test_a_key_that_is_gone_opens_nothing(service: Transit, provider: TransitProvider) -> None:
    wrapped = provider.wrap(ROOT, context=NIR_KEY)
    del service.keys["portal"]

    assert "does not accept it" in refusal(provider, wrapped)


def test_c14_a_token_that_was_revoked_is_not_in_the_message(service: Transit, provider: TransitProvider) -> None:
    service.tokens.clear()

    said = refusal(provider, WRAPPED)

    assert "the token is refused; renew the token" in said
    assert TOKEN not in said


def test_a_sealed_service_says_so(service: Transit, provider: TransitProvider) -> None:
    service.is_sealed = True

    assert "unseal it" in refusal(provider, WRAPPED)


def test_a_wrong_mount_says_so(address: str) -> None:
    assert "correct transit_mount" in refusal(transit(address, transit_mount="kv"), WRAPPED)


def test_a_service_that_ignores_the_context_is_not_healthy(service: Transit, provider: TransitProvider) -> None:
    service.heeds_context = False

    with pytest.raises(KeyUnavailableError, match="ignores the context"):
        provider.healthcheck()


def test_c14_a_token_with_a_line_break_is_no_header(monkeypatch: pytest.MonkeyPatch, provider: TransitProvider) -> None:
    monkeypatch.setenv("HARDENING_TRANSIT_TOKEN", f"{TOKEN}\r\nX-Vault-Namespace: root")

    with pytest.raises(KeyUnavailableError, match="one line of printable ASCII") as refused:
        provider.healthcheck()

    assert TOKEN not in require_silent(refused.value)


def test_the_namespace_goes_with_the_call(service: Transit, address: str) -> None:
    transit(address, transit_namespace="insurers").wrap(ROOT, context=NIR_KEY)

    assert service.headers[0]["X-Vault-Namespace"] == "insurers"


def test_a_root_travels_over_https_to_a_service_of_a_private_authority(service: Transit, tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path / "service.pem")

    with answering(service, certificate=certificate) as address:
        transit(address, transit_ca_file=str(certificate)).healthcheck()

    assert address.startswith("https://")
    assert service.headers


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"], ids=["a stranger", "a certificate of another host"])
def test_a_service_that_cannot_prove_its_name_gets_no_token(service: Transit, tmp_path: Path, host: str) -> None:
    certificate = write_certificate(tmp_path / "service.pem", host=host)
    trusted = str(certificate) if host != "127.0.0.1" else None

    with answering(service, certificate=certificate) as address:
        said = refusal(transit(address, transit_ca_file=trusted), WRAPPED)

    assert "SSLCertVerificationError" in said
    assert service.headers == []


def test_an_authority_file_that_is_missing_is_named() -> None:
    said = refusal(transit("https://127.0.0.1:9", transit_ca_file="/nowhere/ca.pem"), WRAPPED)

    assert "certificate authorities cannot be read" in said


def test_a_service_without_a_certificate_is_refused(address: str) -> None:
    assert "SSLError" in refusal(transit(address.replace("http", "https", 1)), WRAPPED)


def test_the_mac_is_that_of_the_version_that_is_named_also_after_the_service_rotated(
    service: Transit, provider: TransitProvider
) -> None:
    made = [provider.mac(MESSAGE, key=MacKey(name="portal", version=at), context=INDEX_KEY) for at in (1, 2)]

    said = mac_input(MESSAGE, context=INDEX_KEY)
    assert made == [hmac.digest(service.mac_keys["portal"][at], said, "sha256") for at in (1, 2)]


def test_a_version_that_the_service_no_longer_serves_makes_no_mac(
    service: Transit, provider: TransitProvider, mac_key: MacKey
) -> None:
    del service.mac_keys["portal"][1]

    assert "correct the name and the version" in mac_refusal(provider, mac_key)


@pytest.mark.parametrize("mac", ["vault:v2:", "vault:v1:*", "vault:v1:é", "v1:", 7, None], ids=repr)
def test_an_answer_that_is_no_mac_of_the_version_is_none(mac: object, mac_key: MacKey) -> None:
    with answering(fixed({"data": {"hmac": mac}})) as address:
        assert "not transit's" in mac_refusal(transit(address), mac_key)


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_mac_of_another_length_is_none(length: int, mac_key: MacKey) -> None:
    cut = f"vault:v1:{base64.b64encode(bytes(length)).decode()}"

    with answering(fixed({"data": {"hmac": cut}})) as address:
        assert f"has {length} bytes instead of 32" in mac_refusal(transit(address), mac_key)


@pytest.mark.parametrize("respond", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_an_answer_that_is_not_transits_is_no_mac(respond: Respond, mac_key: MacKey) -> None:
    with answering(respond) as address:
        assert mac_refusal(transit(address), mac_key)


def test_down_slow_sealed_or_with_a_revoked_token_it_makes_no_mac(
    service: Transit, provider: TransitProvider, mac_key: MacKey
) -> None:
    done = threading.Event()
    with answering(lambda _: bool(done.wait(10))) as slow:  # type: ignore[arg-type]
        assert "no answer" in mac_refusal(transit(slow, provider_timeout=timedelta(milliseconds=150)), mac_key)
        done.set()
    assert "ConnectionRefusedError" in mac_refusal(transit(closed_address()), mac_key)
    service.is_sealed = True
    assert "unseal it" in mac_refusal(provider, mac_key)
    service.is_sealed = False
    service.tokens.clear()
    assert "allow hmac" in mac_refusal(provider, mac_key)


def test_a_name_of_a_mac_key_is_one_part_of_the_address(provider: TransitProvider) -> None:
    assert mac_refusal(provider, MacKey(name="../decrypt/portal"))
