#!/usr/bin/env python3
"""Bring a SoftHSM for the tests of PKCS#11: the one that is there, or the system's package when run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.keys.providers.softhsm import WAYS, softhsm


def main() -> int:
    """Return 0 when there is a SoftHSM in the end."""
    if softhsm() is None:
        _by_apt()
        softhsm.cache_clear()
    found = softhsm()
    (sys.stdout if found else sys.stderr).write(f"softhsm: {found or WAYS}\n")
    return 0 if found else 1


def _by_apt() -> None:
    """Install the system's package, if this is a machine where that can be done."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    for arguments in (("update", "-q"), ("install", "-y", "-q", "--no-install-recommends", "softhsm2")):
        done = subprocess.run(  # noqa: S603 - the system's program, arguments above
            ("apt-get", *arguments),  # noqa: S607 - likewise
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            sys.stderr.write(f"softhsm: apt-get {arguments[0]} did not work\n{done.stdout[-2000:]}\n")
            return


if __name__ == "__main__":
    sys.exit(main())
