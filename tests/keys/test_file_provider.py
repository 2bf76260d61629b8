import os
import stat
from pathlib import Path

import pytest

from hardening.errors import KeyUnavailableError
from hardening.keys.file_provider import read_key_file, write_key_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keys.json"


@pytest.fixture
def written(path: Path) -> Path:
    write_key_file(path, "{}")
    return path


def test_a_written_file_is_its_owner_s_alone(written: Path) -> None:
    assert read_key_file(written) == "{}"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert stat.S_IMODE(written.parent.stat().st_mode) == 0o700
    assert list(written.parent.iterdir()) == [written]


def test_a_file_is_never_overwritten(written: Path) -> None:
    with pytest.raises(KeyUnavailableError, match="never overwritten"):
        write_key_file(written, "other")

    assert read_key_file(written) == "{}"
    assert list(written.parent.iterdir()) == [written]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777, 0o610])
def test_a_file_open_to_others_is_refused_with_the_command_that_mends_it(written: Path, mode: int) -> None:
    written.chmod(mode)

    with pytest.raises(KeyUnavailableError, match="chmod 600"):
        read_key_file(written)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_directory_where_others_could_replace_it_is_refused(written: Path, mode: int) -> None:
    written.parent.chmod(mode)

    with pytest.raises(KeyUnavailableError, match="chmod 700"):
        read_key_file(written)


def test_a_missing_file_names_the_command_that_makes_one(path: Path) -> None:
    with pytest.raises(KeyUnavailableError, match="keys init"):
        read_key_file(path)


def test_a_directory_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailableError, match="cannot be read"):
        read_key_file(tmp_path)


def test_bytes_that_are_no_text_are_refused(written: Path) -> None:
    written.write_bytes(b"\xff\xfe")

    with pytest.raises(KeyUnavailableError, match="not UTF-8"):
        read_key_file(written)


def test_a_huge_file_is_not_read_into_memory(written: Path) -> None:
    os.truncate(written, 1 << 30)

    with pytest.raises(KeyUnavailableError, match="larger than"):
        read_key_file(written)


def test_a_file_of_another_user_is_refused(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    os.chown(written, 54321, -1) if os.getuid() == 0 else None

    with pytest.raises(KeyUnavailableError, match="another user"):
        read_key_file(written)


def test_a_full_disk_leaves_no_half_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", is_full)

    with pytest.raises(KeyUnavailableError, match="No space left"):
        write_key_file(path, "{}")
    assert list(path.parent.iterdir()) == []


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("in the way", encoding="utf-8")

    with pytest.raises(KeyUnavailableError, match="cannot be written"):
        write_key_file(tmp_path / "keys" / "keys.json", "{}")
