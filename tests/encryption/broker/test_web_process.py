"""The web process with a broker: it holds no key, and works."""

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from hardening.conf import ConfigurationError
from hardening.encryption.broker.operations import BrokerOperations
from hardening.encryption.operations import LocalOperations, operations
from hardening.errors import KeyUnavailableError
from hardening.keys.checks import check_key_file, check_known_keys
from hardening.keys.conf import BROKER_ENVIRONMENT_NAME, KeysSettings
from hardening.keys.digests import digest
from hardening.keys.macs import macs
from hardening.keys.ring import KeyRing
from hardening.login.password_hasher import PepperedArgon2PasswordHasher
from tests.encryption.broker.installation import ROOT, WEB, Broker, Installation


def test_a_process_that_cannot_read_the_keys_saves_looks_up_opens_and_digests(
    portal: Installation, broker: Broker
) -> None:
    environment = portal.environment(
        HARDENING_KEYS_BROKER=str(broker.socket), KEY_FILE_OF_THE_BROKER=str(portal.key_file)
    )
    command = [sys.executable, "-m", "tests.encryption.broker.web_process", WEB]
    told = json.loads(subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout)

    assert told["phone"] == "0199002020"
    assert told["patients"] == 1
    assert len(told["digest"]) == 32
    assert told["uid"] == (pwd.getpwnam(WEB).pw_uid if WEB else os.geteuid())
    # One user for both, where the suite may not change users, could read the file; it is not asked to.
    assert told["reads_keys"] is not bool(WEB)


def test_the_setting_or_the_environment_chooses_the_broker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(operations(), LocalOperations)
    assert isinstance(macs(), KeyRing)

    monkeypatch.setenv(BROKER_ENVIRONMENT_NAME, "/run/a.sock")
    settings.HARDENING_KEYS = {}
    assert isinstance(operations(), BrokerOperations)
    settings.HARDENING_KEYS = {"broker_socket": "/run/b.sock"}
    assert KeysSettings.load().broker() == Path("/run/b.sock")


def test_digests_and_password_hashes_come_from_the_broker_without_a_key_file(
    settings: Settings, broker: Broker
) -> None:
    settings.HARDENING_KEYS = {"broker_socket": str(broker.socket), "file": "/nowhere/keys.json"}
    hasher = PepperedArgon2PasswordHasher()

    encoded = hasher.encode("correct horse battery", hasher.salt())

    assert hasher.verify("correct horse battery", encoded)
    assert not hasher.must_update(encoded)
    assert digest("name", "claire") == digest("name", "claire")


def test_a_password_is_not_called_wrong_because_the_broker_is_down(settings: Settings) -> None:
    encoded = PepperedArgon2PasswordHasher().encode("correct horse battery", "saltsaltsaltsalt")
    settings.HARDENING_KEYS = {"broker_socket": "/nowhere/broker.sock"}

    with pytest.raises(KeyUnavailableError):
        PepperedArgon2PasswordHasher().verify("correct horse battery", encoded)


def warnings_with_a_broker(settings: Settings, *, file: str) -> list[CheckMessage]:
    settings.HARDENING_KEYS = {"broker_socket": "/nowhere/broker.sock", "file": file}
    return [*check_key_file(), *check_known_keys(databases=[])]


def test_a_process_with_a_broker_is_asked_for_no_key_file(settings: Settings) -> None:
    assert warnings_with_a_broker(settings, file="/nowhere/keys.json") == []


def test_a_process_with_a_broker_that_could_read_the_keys_is_warned_of(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.touch()

    (warning,) = warnings_with_a_broker(settings, file=str(file))

    assert warning.id == "hardening_keys.W005"


@pytest.mark.parametrize("limits", [{"broker_people": 2}, {"broker_people_per_actor": 0}, {"broker_connections": 0}])
def test_a_cap_that_no_question_fits_in_is_refused(settings: Settings, limits: dict[str, int]) -> None:
    settings.HARDENING_KEYS = limits

    with pytest.raises(ConfigurationError):
        KeysSettings.load()
