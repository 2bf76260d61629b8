"""What would let another site ask for passkeys, or another door take them."""

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.test import modify_settings, override_settings

from hardening.authenticators import passkey_checks as checks
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.authenticators.passkeys import options_for_login
from hardening.authenticators.relying_party import policy_for
from hardening.conf import ConfigurationError
from tests.authenticators.maker import MODEL, Maker
from tests.authenticators.releases import seem_installed


def found(**changed: Any) -> list[str | None]:
    with override_settings(HARDENING_AUTHENTICATORS=changed):
        return [message.id for message in checks.check_domain()]


def test_this_installation_is_silent() -> None:
    assert [*checks.check_fido2(), *checks.check_other_passkeys(), *checks.check_domain()] == []


@pytest.mark.parametrize(("release", "expected"), [("2.1.9", [checks.OLD_FIDO2]), ("2.2", []), ("3.0.1", [])])
def test_a_release_of_fido2_that_a_resolver_picked_too_old_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str, expected: list[str]
) -> None:
    """P30."""
    seem_installed("fido2", release, folder=tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    assert [message.id for message in checks.check_fido2()] == expected


@pytest.mark.usefixtures("admin_as_before")
def test_passkeys_of_another_package_beside_ours_are_refused() -> None:
    """P30: whatever its release; its views open sessions past the policy of the account."""
    with modify_settings(INSTALLED_APPS={"append": "django_otp_webauthn"}):
        assert [message.id for message in checks.check_other_passkeys()] == [checks.SECOND_DOOR]


def test_an_installation_without_a_domain_is_warned_and_can_bind_nothing() -> None:
    assert found() == [checks.NO_PASSKEYS]
    with override_settings(HARDENING_AUTHENTICATORS={}), pytest.raises(ConfigurationError, match="rp_id"):
        options_for_login(binding="browser")


@override_settings(ALLOWED_HOSTS=["portail.example", ".sante.example", "localhost"])
@pytest.mark.parametrize(
    ("rp_id", "origin", "expected"),
    [
        ("portail.example", "https://portail.example", []),
        ("sante.example", "https://portail.sante.example:8443", []),
        ("localhost", "http://localhost:8000", []),
        ("portail.example", "http://portail.example", [checks.LOOSE_ORIGIN, checks.FOREIGN_DOMAIN]),
        ("portail.example", "https://portail.example/", [checks.LOOSE_ORIGIN]),
        ("portail.example", "https://PORTAIL.example", [checks.LOOSE_ORIGIN]),
        ("portail.example", "https://portail.example:443", [checks.LOOSE_ORIGIN]),
        ("portail.example", "https://portail.example:https", [checks.LOOSE_ORIGIN]),
        ("portail.example", "https://a@portail.example", [checks.LOOSE_ORIGIN]),
        ("portail.example", "portail.example", [checks.LOOSE_ORIGIN, checks.FOREIGN_DOMAIN]),
        ("piege.example", "https://piege.example", [checks.LOOSE_ORIGIN]),
        ("autre.example", "https://portail.example", [checks.FOREIGN_DOMAIN]),
        ("example", "https://portail.example", [checks.FOREIGN_DOMAIN]),
    ],
)
def test_a_domain_or_an_origin_that_is_not_the_portals_is_refused(rp_id: str, origin: str, expected: list[str]) -> None:
    """P19."""
    assert found(rp_id=rp_id, origins=(origin,)) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"rp_id": "localhost"},
        {"origins": ("https://portail.example",)},
        {"passkeys_at_most": 0},
        {"passkeys_at_most": 21},
        {"administrator_models": (str(MODEL),)},
        {"administrator_models": ("no uuid",), "administrator_roots": "roots.pem"},
    ],
)
def test_settings_that_void_a_control_are_refused(wrong: dict[str, Any]) -> None:
    with override_settings(HARDENING_AUTHENTICATORS=wrong), pytest.raises(ConfigurationError):
        AuthenticatorsSettings.load()


def test_a_setting_that_nobody_can_load_is_told_once_by_whoever_loads_it() -> None:
    assert found(rp_id="localhost") == []


@pytest.mark.django_db
def test_administrators_passkeys_follow_the_settings(tmp_path: Path, sophie: Any, amine: Any) -> None:
    """P17, D26: a file of roots is enough to ask who vouches."""
    roots = tmp_path / "roots.pem"
    roots.write_bytes(x509.load_der_x509_certificate(Maker.root()).public_bytes(Encoding.PEM))
    chosen = {"administrator_roots": roots, "administrator_models": (str(MODEL),)}

    with override_settings(HARDENING_AUTHENTICATORS={**settings.HARDENING_AUTHENTICATORS, **chosen}):
        asked = policy_for(sophie)
        assert policy_for(amine).needs_attestation is False

    assert (asked.is_device_bound, asked.needs_attestation, asked.allowed_models) == (True, True, frozenset({MODEL}))
    assert asked.roots == (Maker.root(),)


@pytest.mark.django_db
def test_roots_that_cannot_be_read_let_no_administrator_bind(tmp_path: Path, sophie: Any) -> None:
    chosen = {**settings.HARDENING_AUTHENTICATORS, "administrator_roots": tmp_path / "missing.pem"}

    with override_settings(HARDENING_AUTHENTICATORS=chosen), pytest.raises(ConfigurationError, match="PEM"):
        policy_for(sophie)
