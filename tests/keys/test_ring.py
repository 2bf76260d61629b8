from dataclasses import replace
from pathlib import Path
from pickle import dumps  # noqa: TID251 - to see it refused

import pytest
from django.test import override_settings

from hardening.errors import KeyUnavailableError
from hardening.keys import ring as rings
from hardening.keys.conf import ENVIRONMENT_NAME, KeysSettings
from hardening.keys.file_provider import write_key_file
from hardening.keys.key_file import KEYSETS, KeyState, dump_keys
from hardening.keys.ring import KeyRing, adopt_key_ring, forget_key_ring
from hardening.keys.testing import fresh_keys

KEYS = fresh_keys()


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing(KEYS)


def test_each_keyset_has_its_primary(ring: KeyRing) -> None:
    assert [ring.primary_id(keyset) for keyset in KEYSETS] == [1, 2, 3, 4, 5]
    with pytest.raises(KeyUnavailableError, match="'master'"):
        ring.primary_id("master")


def test_a_mac_is_repeatable_and_differs_by_keyset_and_key(ring: KeyRing) -> None:
    older = replace(KEYS[4], id=9, root=bytes(range(32)), state=KeyState.ACTIVE)
    both = KeyRing([*KEYS, older])

    assert ring.mac("digest", b"x") == ring.mac("digest", b"x") == both.mac("digest", b"x", key_id=5)
    assert len(ring.mac("digest", b"")) == 32
    assert len({both.mac("digest", b"x"), both.mac("pepper", b"x"), both.mac("digest", b"x", key_id=9)}) == 3


def test_a_key_of_another_keyset_is_not_used(ring: KeyRing) -> None:
    with pytest.raises(KeyUnavailableError, match="key 1 of keyset 'index'"):
        ring.mac("index", b"x", key_id=1)
    with pytest.raises(KeyUnavailableError, match="key 77"):
        ring.derive("index", key_id=77, purpose="index", context="f")


def test_c9_the_ring_does_not_depend_on_secret_key(ring: KeyRing) -> None:
    before = ring.mac("digest", b"x")

    with override_settings(SECRET_KEY="another"):
        assert KeyRing(KEYS).mac("digest", b"x") == before


def test_c14_a_ring_shows_no_key_and_does_not_leave_its_process(ring: KeyRing) -> None:
    assert repr(ring).startswith("<KeyRing encryption 1 primary")
    with pytest.raises(TypeError, match="does not leave its process"):
        dumps(ring)


@pytest.fixture
def of_this_run(key_ring: KeyRing) -> object:
    yield
    adopt_key_ring(key_ring)


@pytest.mark.django_db
@pytest.mark.usefixtures("of_this_run")
def test_the_first_use_verifies_the_file_against_the_database(tmp_path: Path) -> None:
    forget_key_ring()
    assert rings.key_ring() is rings.key_ring()

    stranger = tmp_path / "keys.json"
    write_key_file(stranger, dump_keys(fresh_keys()))
    with override_settings(HARDENING_KEYS={"file": stranger}):
        for _ in range(2):
            with pytest.raises(KeyUnavailableError, match="key 1 of the key file is another key"):
                rings.key_ring()


def test_production_reads_the_path_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, str(tmp_path / "keys.json"))

    with override_settings(HARDENING_KEYS={}):
        assert KeysSettings.load().path() == tmp_path / "keys.json"
    with override_settings(HARDENING_KEYS={"file": "elsewhere.json"}):
        assert KeysSettings.load().path() == Path("elsewhere.json")


def test_production_keys_inside_the_project_or_nowhere_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(HARDENING_KEYS={}, BASE_DIR=tmp_path):
        monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)
        with pytest.raises(KeyUnavailableError, match=ENVIRONMENT_NAME):
            KeysSettings.load().path()
        for inside in (tmp_path / "keys.json", tmp_path / "a" / ".." / "keys.json"):
            monkeypatch.setenv(ENVIRONMENT_NAME, str(inside))
            with pytest.raises(KeyUnavailableError, match="inside BASE_DIR"):
                KeysSettings.load().path()
