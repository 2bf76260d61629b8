"""Secrets by the name of a variable, or of a variable that names their file."""

from pathlib import Path

import pytest

from hardening.errors import KeyUnavailableError
from hardening.keys.providers.environment_secret import environment_secret

NAME = "HARDENING_MADE_UP_SECRET"
SECRET = "correct horse"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    return path


def refused(message: str) -> None:
    with pytest.raises(KeyUnavailableError, match=message) as refusal:
        environment_secret(NAME)
    assert NAME in str(refusal.value)
    assert SECRET not in str(refusal.value)


def test_the_variable_itself_is_read_without_white_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, f" {SECRET}\n")

    assert environment_secret(NAME) == SECRET


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440])
def test_a_file_is_read_by_its_owner_and_group(path: Path, mode: int) -> None:
    path.chmod(mode)

    assert environment_secret(NAME) == SECRET


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o620, 0o602])
def test_a_file_that_others_read_or_write_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)

    refused("open to other users; run `chmod 600`")


@pytest.mark.usefixtures("path")
def test_both_forms_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, SECRET)

    refused("both set")


def test_neither_form_is_refused() -> None:
    refused("no secret")


def test_a_file_that_is_missing_is_refused(path: Path) -> None:
    path.unlink()

    refused("cannot be read: No such file")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\n", "no secret"),
        (b"x" * (1 << 15), "larger than 16384 bytes"),
        (b"\xff\xfe", "one line of printable ASCII"),
        (b"one\ntwo", "one line of printable ASCII"),
    ],
    ids=["empty", "large", "binary", "two lines"],
)
def test_a_file_that_holds_no_secret_is_refused(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)

    refused(message)
