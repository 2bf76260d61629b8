"""Roots wrapped under a key of the environment."""

import base64
from pathlib import Path

import pytest

from hardening.errors import KeyUnavailableError
from hardening.keys.providers.environment import EnvironmentProvider
from tests.keys.providers.contract import NIR_KEY, ROOT, WrappingContract, refusal

NAME = "HARDENING_WRAPPING_KEY"
KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> EnvironmentProvider:
    monkeypatch.setenv(NAME, KEY)
    return EnvironmentProvider(variable=NAME)


class TestEnvironment(WrappingContract):
    """The contract, with a key out of the environment."""


def test_a_root_of_another_wrapping_key_does_not_open(
    provider: EnvironmentProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped = provider.wrap(ROOT, context=NIR_KEY)
    monkeypatch.setenv(NAME, base64.b64encode(b"o" * 32).decode())

    assert f"give {NAME} the value it had" in refusal(EnvironmentProvider(variable=NAME), wrapped)


@pytest.mark.parametrize(
    ("value", "message"), [("", "no secret"), ("*", "not base64"), ("AAAA", "3 bytes instead of 32")]
)
def test_a_key_that_is_none_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    monkeypatch.setenv(NAME, value)

    with pytest.raises(KeyUnavailableError, match=message) as refused:
        EnvironmentProvider(variable=NAME).healthcheck()

    assert NAME in str(refused.value)


def test_the_key_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "wrapping"
    path.write_text(f"{KEY}\n")
    path.chmod(0o400)
    monkeypatch.setenv(f"{NAME}_FILE", str(path))

    EnvironmentProvider(variable=NAME).healthcheck()
