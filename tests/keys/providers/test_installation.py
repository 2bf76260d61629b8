"""What an installation with a provider does: settings, checks, the first ring, and the way from one to another."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from hardening.conf import ConfigurationError
from hardening.errors import KeyUnavailableError
from hardening.keys.checks import E001, check_key_file, check_known_keys
from hardening.keys.conf import KeysSettings
from hardening.keys.creation import create_keys
from hardening.keys.key_store import read_keys
from hardening.keys.models import KeyRecord
from hardening.keys.provider_checks import E003, E004, check_provider, check_provider_works
from hardening.keys.providers import configured
from hardening.keys.ring import KeyRing, adopt_key_ring, forget_key_ring, key_ring
from tests.keys.providers.local_server import answering
from tests.keys.providers.transit_server import TOKEN, Transit

WRAPPING_KEY = base64.b64encode(b"w" * 32).decode()


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARDENING_TRANSIT_TOKEN", TOKEN)
    monkeypatch.setenv("HARDENING_WRAPPING_KEY", WRAPPING_KEY)


@pytest.fixture
def restored(key_ring: KeyRing, db: None) -> Iterator[None]:  # noqa: ARG001 - the tables
    KeyRecord.objects.all().delete()
    yield
    adopt_key_ring(key_ring)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "keys.json"


@pytest.fixture
def service() -> Transit:
    return Transit("portal")


@pytest.fixture
def by_transit(service: Transit, path: Path) -> Iterator[dict[str, Any]]:
    with answering(service) as address:
        yield {"file": path, "provider": "transit", "transit_address": address, "transit_key": "portal"}


def ids(found: list[Any]) -> list[str]:
    return [message.id for message in found]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown provider": ({"provider": "transits"}, "did you mean 'transit'"),
    "no provider at all": ({"provider": None}, "none of file"),
    "transit without a key": ({"provider": "transit", "transit_address": "https://bao"}, r"\['transit_key'\]"),
    "kms without a key": ({"provider": "aws_kms"}, r"\['aws_key'\]"),
    "a token without a module": ({"provider": "pkcs11"}, r"\['pkcs11_module'\]"),
    "no wait": ({"provider_timeout": KeysSettings().provider_timeout * 0}, "more than 0"),
    "a long wait": ({"provider_timeout": KeysSettings().provider_timeout * 16}, "at most 30 seconds"),
    "http to elsewhere": ({"transit_address": "http://bao.example"}, "must be https"),
    "http to a name like loopback": ({"transit_address": "http://127.0.0.1.example"}, "must be https"),
    "another scheme": ({"aws_endpoint": "ftp://127.0.0.1"}, "must be https"),
    "no host": ({"transit_address": "https://"}, "bare address"),
    "a password in the address": ({"transit_address": "https://u:p@bao"}, "bare address"),
    "a port that is none": ({"transit_address": "https://bao:x"}, "is no address"),
}


@pytest.mark.parametrize(("given", "message"), REFUSED.values(), ids=REFUSED)
def test_a_provider_that_cannot_work_or_would_send_roots_in_clear_is_refused(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        KeysSettings(**given)


@pytest.mark.parametrize("host", ["127.0.0.1:8200", "[::1]:8200", "localhost:8200"])
def test_an_agent_on_this_machine_may_be_asked_over_http(host: str) -> None:
    assert KeysSettings(transit_address=f"http://{host}").transit_address == f"http://{host}"


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured, "PACKAGES", {"aws_kms": ("no_such_package", "kms")})

    with override_settings(HARDENING_KEYS={"provider": "aws_kms", "aws_key": "portal"}):
        (found,) = check_provider()

    assert found.id == E003
    assert "hardening[kms]" in found.msg


def test_a_missing_secret_is_an_error_of_the_provider_alone(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.delenv("HARDENING_WRAPPING_KEY")

    with override_settings(HARDENING_KEYS={"provider": "environment", "file": path}):
        assert ids(check_provider()) == [E003]
        assert check_key_file() == check_provider_works() == []


def test_refused_settings_are_left_to_the_check_of_settings() -> None:
    with override_settings(HARDENING_KEYS={"provider": "paper"}):
        assert check_provider() == check_key_file() == check_provider_works() == []


def test_a_provider_is_tried_before_production_relies_on_it(service: Transit, by_transit: dict[str, Any]) -> None:
    with override_settings(HARDENING_KEYS=by_transit):
        assert check_provider_works() == []
        service.is_sealed = True
        assert ids(check_provider_works()) == [E004]


@pytest.mark.usefixtures("restored")
def test_a_ring_is_made_and_read_by_the_configured_provider(by_transit: dict[str, Any], path: Path) -> None:
    with override_settings(HARDENING_KEYS=by_transit):
        keys = create_keys()
        forget_key_ring()

        assert key_ring().keys == keys
        assert json.loads(path.read_text())["provider"] == "transit"
        assert check_key_file() == check_known_keys(databases=["default"]) == []


@pytest.mark.usefixtures("restored")
def test_c3_a_process_without_its_provider_computes_nothing(service: Transit, by_transit: dict[str, Any]) -> None:
    with override_settings(HARDENING_KEYS=by_transit):
        create_keys()
        service.tokens.clear()
        forget_key_ring()

        with pytest.raises(KeyUnavailableError, match=r"key \d+ \(encryption\), provider 'transit': the token"):
            key_ring()
        assert ids(check_key_file()) == [E001]


@pytest.mark.usefixtures("restored")
def test_no_file_appears_when_the_provider_does_not_wrap(
    service: Transit, by_transit: dict[str, Any], path: Path
) -> None:
    service.is_sealed = True

    with override_settings(HARDENING_KEYS=by_transit), pytest.raises(KeyUnavailableError, match="unseal"):
        create_keys()

    assert not path.exists()


@pytest.mark.usefixtures("restored")
def test_a_ring_moves_from_a_file_in_clear_to_a_provider_and_stays_the_same(
    by_transit: dict[str, Any], path: Path
) -> None:
    with override_settings(HARDENING_KEYS={"file": path}):
        keys = create_keys()

    with override_settings(HARDENING_KEYS=by_transit):
        report = json.loads(rewrapped("file", "--json"))

        assert report == {"provider": "transit", "keys": [key.id for key in keys]}
        assert read_keys() == keys
        assert "5 keys are wrapped by transit" in rewrapped("transit")
    assert path.stat().st_mode & 0o777 == 0o600
    assert not any(base64.b64encode(key.root).decode() in path.read_text() for key in keys)


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("wrapped_by", ["environment", "pkcs11"])
def test_a_ring_of_another_provider_than_was_said_is_not_touched(
    by_transit: dict[str, Any], path: Path, wrapped_by: str
) -> None:
    with override_settings(HARDENING_KEYS={"file": path}):
        create_keys()
    before = path.read_bytes()

    with override_settings(HARDENING_KEYS=by_transit), pytest.raises(CommandError):
        rewrapped(wrapped_by)

    assert path.read_bytes() == before


@pytest.mark.usefixtures("restored")
def test_c14_a_service_that_wraps_and_does_not_open_takes_no_root_with_it(
    service: Transit, by_transit: dict[str, Any], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(HARDENING_KEYS={"file": path}):
        create_keys()
    before = path.read_bytes()
    monkeypatch.setattr(service, "_decrypt", lambda *_: {"plaintext": base64.b64encode(bytes(32)).decode()})

    with override_settings(HARDENING_KEYS=by_transit), pytest.raises(CommandError, match="key "):
        rewrapped("file")

    assert path.read_bytes() == before


def rewrapped(wrapped_by: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command("rewrap_keys", "--from", wrapped_by, *arguments, stdout=out)
    return out.getvalue()
