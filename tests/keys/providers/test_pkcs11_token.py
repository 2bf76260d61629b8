"""Roots wrapped inside a PKCS#11 token, which SoftHSM is."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, MechanismFlag

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.providers.pkcs11_token import Pkcs11Provider
from hardening.keys.providers.protocol import MacKey
from tests.keys.providers.contract import NIR_KEY, ROOT, WrappingContract, refusal
from tests.keys.providers.mac_contract import MacContract, mac_refusal
from tests.keys.providers.softhsm import softhsm

pytestmark = pytest.mark.token

PIN = "271828"
TOKEN = "portal"
USES = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT
WRAPPED = bytes(60)
HASTY, PATIENT = timedelta(seconds=0.5), timedelta(seconds=20)
HOLD = """
import fcntl, sys
files = [open(path, "r+b") for path in sys.argv[1:]]
for file in files:
    fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


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


@pytest.fixture
def hung_token(label: str) -> Iterator[Callable[[], None]]:
    """A token that does not answer: another process holds the locks that SoftHSM takes on its files, until let go."""
    files = [str(path) for path in Path(os.environ["SOFTHSM2_CONF"]).parent.glob("*/*")]
    holder = subprocess.Popen([sys.executable, "-c", HOLD, *files], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        yield holder.kill
        holder.kill()
    assert label


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
    named = {"pkcs11_module": module, "pkcs11_token": TOKEN, "pkcs11_key": label}
    given = {"provider": "pkcs11", "provider_timeout": PATIENT, **named, **options}
    return Pkcs11Provider(KeysSettings(**given))


def made_mac_key(module: str, *, label: str = "", uses: MechanismFlag = MechanismFlag.SIGN) -> MacKey:
    label = label or f"macs {uuid4()}"
    with pkcs11.lib(module).get_token(token_label=TOKEN).open(rw=True, user_pin=PIN) as session:
        session.generate_key(KeyType.GENERIC_SECRET, 256, label=label, store=True, capabilities=uses)
    return MacKey(name=label)


@pytest.fixture
def mac_key(module: str) -> MacKey:
    return made_mac_key(module)


@pytest.fixture
def other_mac_key(module: str) -> MacKey:
    return made_mac_key(module)


@pytest.fixture
def wrapping_key(label: str) -> MacKey:
    return MacKey(name=label)


class TestPkcs11(WrappingContract):
    """The contract, inside the token."""


class TestPkcs11Macs(MacContract):
    """Likewise, of MACs."""


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


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_worker_opens_the_token_anew(provider: Pkcs11Provider) -> None:
    wrapped = provider.wrap(ROOT, context=NIR_KEY)
    child = os.fork()
    if child == 0:
        os._exit(0 if provider.unwrap(wrapped, context=NIR_KEY) == ROOT else 1)

    assert os.waitpid(child, 0)[1] == 0


def test_two_mac_keys_of_one_label_are_not_chosen_between(
    module: str, mac_key: MacKey, provider: Pkcs11Provider
) -> None:
    made_mac_key(module, label=mac_key.name)

    assert "has 2 GENERIC_SECRET keys of the label" in mac_refusal(provider, mac_key)


def test_a_mac_key_that_may_not_sign_makes_none(module: str, provider: Pkcs11Provider) -> None:
    assert "CKA_SIGN" in mac_refusal(provider, made_mac_key(module, uses=MechanismFlag.VERIFY))


def test_without_the_token_or_with_a_wrong_pin_no_mac_is_made(
    module: str, label: str, mac_key: MacKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "NoSuchToken" in mac_refusal(token(module, label, pkcs11_token="elsewhere"), mac_key)
    monkeypatch.setenv("HARDENING_PKCS11_PIN", "161803")
    assert "PinIncorrect" in mac_refusal(token(module, label), mac_key)


def until_it_opens(provider: Pkcs11Provider) -> bool:
    """Go on asking while an earlier call is still out, half a minute at most."""
    give_up = monotonic() + 30
    while monotonic() < give_up:
        sleep(0.05)
        with suppress(KeyUnavailableError):
            return provider.unwrap(provider.wrap(ROOT, context=NIR_KEY), context=NIR_KEY) == ROOT
    return False


def test_a_token_that_hangs_is_waited_for_no_longer_than_the_timeout(
    module: str, label: str, hung_token: Callable[[], None]
) -> None:
    provider = token(module, label, provider_timeout=HASTY)
    started = monotonic()

    assert "no answer within 0.5 s" in refusal(provider, WRAPPED)
    assert monotonic() - started < 5
    threads = threading.active_count()
    said = {refusal(provider, WRAPPED) for _ in range(20)}
    assert all("an earlier call has not come back" in text for text in said)
    assert threading.active_count() == threads

    assert "an earlier call has not come back" in mac_refusal(provider, MacKey(name=label))
    hung_token()
    assert until_it_opens(token(module, label, provider_timeout=PATIENT))


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_worker_that_is_forked_while_the_token_hangs_waits_no_longer_either(
    module: str, label: str, hung_token: Callable[[], None]
) -> None:
    """Of the module's own locks it may have inherited one that nobody will open: then it has to be restarted."""
    hasty, patient = (token(module, label, provider_timeout=timeout) for timeout in (HASTY, PATIENT))
    assert "no answer" in refusal(hasty, WRAPPED)
    child = os.fork()
    if child == 0:
        os._exit(0 if "no answer within" in refusal(hasty, WRAPPED) else 1)

    assert os.waitpid(child, 0)[1] == 0
    hung_token()
    assert until_it_opens(patient)
