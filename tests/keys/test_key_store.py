from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from hardening.errors import KeyUnavailableError
from hardening.keys.creation import create_keys
from hardening.keys.key_file import Key, KeyState
from hardening.keys.key_store import clear_store, create_keys_store, read_keys, replace_keys, store_identity
from hardening.keys.models import KeyRecord
from hardening.keys.ring import KeyRing, adopt_key_ring

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path, key_ring: KeyRing) -> Any:
    KeyRecord.objects.all().delete()
    path = tmp_path / "keys.json"
    with override_settings(HARDENING_KEYS={"file": path}):
        yield path
    adopt_key_ring(key_ring)


@pytest.fixture
def keys(path: Path) -> tuple[Key, ...]:
    assert not path.exists()
    return create_keys()


def with_another(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    return (*keys, replace(keys[0], id=900, root=bytes(32), state=KeyState.ACTIVE))


def test_what_was_put_is_what_is_read(keys: tuple[Key, ...], path: Path) -> None:
    before = store_identity()
    path.with_name(f".{path.name}.4711").write_text("left by a process that was killed", encoding="utf-8")

    replace_keys(with_another(keys))
    clear_store()

    assert read_keys() == with_another(keys)
    assert path.stat().st_mode & 0o777 == 0o600
    assert store_identity() != before
    assert list(path.parent.iterdir()) == [path]


def test_a_store_is_never_created_over_another(keys: tuple[Key, ...]) -> None:
    with pytest.raises(KeyUnavailableError, match="never overwritten"):
        create_keys_store(with_another(keys))

    assert read_keys() == keys


def test_a_key_is_dropped_only_once_the_database_records_it_as_destroyed(keys: tuple[Key, ...]) -> None:
    retired = replace(with_another(keys)[-1], state=KeyState.RETIRED)
    replace_keys([*keys, retired])

    with pytest.raises(KeyUnavailableError, match="key 900 would be lost"):
        replace_keys(keys)
    KeyRecord.objects.create(
        pk=900, keyset=retired.keyset, state="retired", check_value=retired.check, created_at=retired.created_at
    )
    with pytest.raises(KeyUnavailableError, match="key 900 would be lost"):
        replace_keys(keys)
    KeyRecord.objects.filter(pk=900).update(state="destroyed")
    replace_keys(keys)

    assert read_keys() == keys


def test_a_key_never_becomes_another(keys: tuple[Key, ...]) -> None:
    with pytest.raises(KeyUnavailableError, match="would become another key"):
        replace_keys([replace(keys[0], root=bytes(32)), *keys[1:]])

    assert read_keys() == keys


def test_a_full_disk_leaves_the_old_ring(keys: tuple[Key, ...], path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", is_full)

    with pytest.raises(KeyUnavailableError, match="No space left"):
        replace_keys(with_another(keys))
    assert read_keys() == keys
    assert list(path.parent.iterdir()) == [path]
