"""Roots wrapped inside a PKCS#11 token, which SoftHSM is."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, MechanismFlag

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.providers.pkcs11_token import Pkcs11Provider
from tests.keys.providers.contract import NIR_KEY, ROOT, WrappingContract, refusal
from tests.keys.providers.softhsm import softhsm

pytestmark = pytest.mark.token

PIN = "271828"
TOKEN = "portal"
USES = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT
WRAPPED = bytes(60)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("token")
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        make = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "314159"]
        subprocess.run(make, check=True, capture_output=True)
        path = str(softhsm())
        pkcs11.lib(path).reinitialize()
        yield path


@pytest.fixture(autouse=True)
def pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARDENING_PKCS11_PIN", PIN)


@pytest.fixture
def label(module: str) -> str:
    return made_key(module)


@pytest.fixture
def provider(module: str, label: str) -> Pkcs11Provider:
    return token(module, label)


def made_key(module: str, *, label: str = "", uses: MechanismFlag = USES) -> str:
    label = label or f"roots {uuid4()}"
    with pkcs11.lib(module).get_token(token_label=TOKEN).open(rw=True, user_pin=PIN) as session:
        session.generate_key(KeyType.AES, 256, label=label, store=True, capabilities=uses)
    return label


def token(module: str, label: str, **options: Any) -> Pkcs11Provider:
    given = {"provider": "pkcs11", "pkcs11_module": module, "pkcs11_token": TOKEN, "pkcs11_key": label, **options}
    return Pkcs11Provider(KeysSettings(**given))


class TestPkcs11(WrappingContract):
    """The contract, inside the token."""


def test_a_root_of_another_key_does_not_open(module: str, provider: Pkcs11Provider) -> None:
    wrapped = token(module, made_key(module)).wrap(ROOT, context=NIR_KEY)

    assert "restore the key file" in refusal(provider, wrapped)


def test_a_key_that_was_deleted_is_missed(module: str, label: str, provider: Pkcs11Provider) -> None:
    wrapped = provider.wrap(ROOT, context=NIR_KEY)
    with pkcs11.lib(module).get_token(token_label=TOKEN).open(rw=True, user_pin=PIN) as session:
        for found in list(session.get_objects({Attribute.LABEL: label})):
            found.destroy()

    assert "has 0 AES keys of the label" in refusal(provider, wrapped)


def test_a_key_that_may_not_decrypt_opens_nothing(module: str) -> None:
    provider = token(module, made_key(module, uses=MechanismFlag.ENCRYPT))
    wrapped = provider.wrap(ROOT, context=NIR_KEY)

    assert "CKA_DECRYPT" in refusal(provider, wrapped)


def test_two_keys_of_one_label_are_not_chosen_between(module: str, label: str, provider: Pkcs11Provider) -> None:
    made_key(module, label=label)

    assert "a label of its own" in refusal(provider, WRAPPED)


def test_c14_a_wrong_pin_is_not_in_the_message(monkeypatch: pytest.MonkeyPatch, provider: Pkcs11Provider) -> None:
    monkeypatch.setenv("HARDENING_PKCS11_PIN", "161803")

    said = refusal(provider, WRAPPED)

    assert "PinIncorrect" in said
    assert "161803" not in said


def test_a_token_that_is_gone_is_named(module: str, label: str) -> None:
    assert "NoSuchToken" in refusal(token(module, label, pkcs11_token="elsewhere"), WRAPPED)


def test_a_module_that_is_missing_is_said(label: str) -> None:
    assert "pkcs11_module" in refusal(token("/nowhere/module.so", label), WRAPPED)


def test_a_module_that_is_no_library_is_said(label: str, tmp_path: Path) -> None:
    path = tmp_path / "module.so"
    path.write_text("not a library")

    assert "pkcs11_module" in refusal(token(str(path), label), WRAPPED)


def test_without_a_pin_the_token_is_not_asked(monkeypatch: pytest.MonkeyPatch, provider: Pkcs11Provider) -> None:
    monkeypatch.delenv("HARDENING_PKCS11_PIN")

    with pytest.raises(KeyUnavailableError, match="HARDENING_PKCS11_PIN_FILE"):
        provider.healthcheck()


def test_a_forked_worker_opens_the_token_anew(provider: Pkcs11Provider) -> None:
    wrapped = provider.wrap(ROOT, context=NIR_KEY)
    child = os.fork()
    if child == 0:
        os._exit(0 if provider.unwrap(wrapped, context=NIR_KEY) == ROOT else 1)

    assert os.waitpid(child, 0)[1] == 0
