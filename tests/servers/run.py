"""The servers of this run: named in the environment already, or started now."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.servers.binaries import ServerMissingError

VARIABLE = "HARDENING_TEST_RUN"
"""Where the first process of a run tells the others (workers of pytest-xdist, programs under test) what stands."""

DATABASES = ("", "postgresql", "sqlite")


@dataclass(frozen=True)
class Run:
    """What one test run stands on."""

    folder: str
    """A directory of this run alone, gone after it."""
    database_url: str
    """Of PostgreSQL; empty for SQLite files in ``folder``."""
    redis_url: str
    described: str
    """For people: which servers, from where."""


def current() -> Run:
    """Return this run's servers, starting them in the first process that asks.

    Raise ServerMissingError, naming the ways to mend it, when one can be neither reached nor started.
    """
    told = os.environ.get(VARIABLE) or _start()
    os.environ[VARIABLE] = told
    return Run(**json.loads(told))


def _start() -> str:
    if os.environ.get("TEST_DATABASE", "") not in DATABASES:
        raise ServerMissingError(f"TEST_DATABASE={os.environ['TEST_DATABASE']!r}: there are postgresql and sqlite")
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "tests.servers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
        start_new_session=True,  # Ctrl-C reaches the suite alone, which ends its tests before the servers go
    )
    _supervisors.append(supervisor)
    assert supervisor.stdout is not None
    told = supervisor.stdout.readline()
    supervisor.stdout.close()
    values = json.loads(told or '{"error": "the servers of the test run died at once; see above"}')
    if "error" in values:
        raise ServerMissingError(values["error"])
    return told


_supervisors: list[subprocess.Popen[str]] = []
"""Held for the life of this process: dropping the pipe ends the servers."""
