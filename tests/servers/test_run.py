import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from tests.servers import run

ALIASES = ["default", "hardening"]


@pytest.mark.django_db(databases=ALIASES)
def test_the_aliases_are_separate_databases_with_separate_tables() -> None:
    tables = {alias: set(connections[alias].introspection.table_names()) for alias in ALIASES}

    assert "accounts_account" in tables["default"]
    assert "accounts_account" not in tables["hardening"]


def test_every_process_of_a_run_shares_its_servers() -> None:
    assert run.current() == run.current()


@pytest.fixture
def supervisor() -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "TEST_DATABASE": "sqlite"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.servers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as started:
        yield started


def test_servers_and_folder_go_when_the_suite_is_gone_however_it_ended(supervisor: subprocess.Popen[str]) -> None:
    folder = Path(json.loads(_line(supervisor))["folder"])
    assert folder.is_dir()

    assert supervisor.stdin is not None
    supervisor.stdin.close()

    assert supervisor.wait(10) == 0
    assert not folder.exists()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
