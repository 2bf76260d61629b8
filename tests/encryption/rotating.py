"""``manage.py`` in real processes, on the databases of the running test and a key file of its own."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connections

from hardening.keys.file_provider import write_key_file
from hardening.keys.key_file import dump_keys
from hardening.keys.ring import KeyRing

ROOT = Path(__file__).parents[2]


class Rotating:
    """Starts commands under one ring."""

    def __init__(self, ring: KeyRing, *, folder: Path) -> None:
        keys = folder / "keys" / "keys.json"
        write_key_file(keys, dump_keys(ring.keys))
        self._environment = environment(keys)

    def start(self, command: str, *options: str) -> "subprocess.Popen[str]":
        """Return the running command."""
        return self._started("manage.py", command, "--json", "--skip-checks", *options)

    def start_within(self, mebibytes: int, command: str, *options: str) -> "subprocess.Popen[str]":
        """Return the running command, which may take so much more memory than it had when it was loaded."""
        return self._started("-m", "tests.encryption.in_little_memory", str(mebibytes), command, *options)

    def _started(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def environment(keys: Path) -> dict[str, str]:
    """Return what a process of its own needs to work on this test's databases under this key file."""
    names = {f"ROTATING_{alias.upper()}": str(connections[alias].settings_dict["NAME"]) for alias in connections}
    return {
        **os.environ,
        **names,
        "ROTATING_KEYS": str(keys),
        "DJANGO_SETTINGS_MODULE": "tests.encryption.rotating_settings",
    }
