#!/usr/bin/env python3
"""Make ``.venv`` in this clone from hashed requirements: ``python3 .ci/set_up.py [demo|test]``.

Standard library only, in the syntax of Python 3.7: an old python3 must get far enough to find a newer one.
The ways tried are uv, venv with its own pip, and venv with the system's pip; then a message says what to install.
A stamp in ``.venv`` holds the checksum of what was installed, so that a second call costs milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "set-up.json"
OLDEST = (3, 11)
CANDIDATES = ("python3", "python3.14", "python3.13", "python3.12", "python3.11")
REQUIREMENTS = {"demo": "requirements.txt", "test": "requirements-test.txt"}
"""What each purpose installs. The test file holds the other one's packages too, at the same versions."""

WAYS_OUT = """Either of these mends it:
  apt-get install python3-venv      (or your system's package that brings venv and pip)
  or install uv, one program:       https://docs.astral.sh/uv/getting-started/installation/"""


class SetUpError(Exception):
    """A step did not work; the message says which and why."""


def main(arguments: list[str]) -> int:
    """Bring ``.venv`` up to date and return the exit status."""
    purpose = arguments[0] if arguments else "test"
    if purpose not in REQUIREMENTS:
        return _say("usage: set_up.py [demo|test]", status=2)
    wanted = _wanted(REQUIREMENTS[purpose])
    installed = _installed()
    if wanted in installed:
        return 0
    began = time.monotonic()
    try:
        way = _set_up(REQUIREMENTS[purpose], is_kept=bool(installed))
    except SetUpError as failure:
        return _say(str(failure), status=1)
    # Read again: a way that began anew has taken the stamp, and what it spoke of, away.
    STAMP.write_text(json.dumps([*_installed(), wanted]), encoding="utf-8")
    return _say(f"set-up: .venv is ready, by {way} in {time.monotonic() - began:.0f} s", status=0)


def _set_up(requirements: str, *, is_kept: bool) -> str:
    """Install ``requirements`` by the first way that works and return its name."""
    python = _interpreter()
    ways = {"uv": _by_uv, "venv and its pip": _by_venv, "venv and the system's pip": _by_system_pip}
    failures = []
    _say(f"set-up: installing {requirements} into .venv …", status=0)
    for name, way in ways.items():
        if not (is_kept and VENV_PYTHON.exists()):
            shutil.rmtree(VENV, ignore_errors=True)
        try:
            way(python, requirements)
        except SetUpError as failure:
            failures.append(f"- {name}: {failure}")
            is_kept = is_kept and name == "uv" and shutil.which("uv") is None
        else:
            return name
    shutil.rmtree(VENV, ignore_errors=True)
    raise SetUpError("\n".join(["set-up: .venv could not be made.", *failures, WAYS_OUT]))


def _by_uv(python: str, requirements: str) -> None:
    uv = shutil.which("uv")
    if uv is None:
        raise SetUpError("not on PATH")
    if not VENV.exists():
        _run([uv, "venv", "--quiet", "--no-project", "--python", python, str(VENV)])
    _run([uv, "pip", "install", "--quiet", "--python", str(VENV_PYTHON), "--require-hashes", "-r", requirements])


def _by_venv(python: str, requirements: str) -> None:
    if not VENV.exists():
        _run([python, "-m", "venv", str(VENV)])
    _run([str(VENV_PYTHON), "-m", *_pip_install(requirements)])


def _by_system_pip(python: str, requirements: str) -> None:
    pip, *install = _pip_install(requirements)
    system = [python, "-m", pip]
    if subprocess.run([*system, "--version"], capture_output=True, check=False).returncode != 0:  # noqa: S603 - a found program
        program = shutil.which("pip3") or shutil.which("pip")
        if program is None:
            raise SetUpError("there is no pip")
        system = [program]
    if not VENV.exists():
        _run([python, "-m", "venv", "--without-pip", str(VENV)])
    _run([*system, "--python", str(VENV_PYTHON), *install])


def _pip_install(requirements: str) -> list[str]:
    quietly = ["--quiet", "--no-input", "--disable-pip-version-check"]
    # The lock names every package, so nothing is left to resolve: an older pip, asked to, takes the newest release
    # of a package that another one wants with an extra, and then refuses it for having no hash here.
    return ["pip", "install", *quietly, "--require-hashes", "--no-deps", "-r", requirements]


def _interpreter() -> str:
    """Return a Python that is new enough: the one that runs this, else one found on PATH."""
    for name in (sys.executable, *CANDIDATES):
        program = shutil.which(name) if name else None
        # Asked, not believed: the shims of a version manager stand on PATH for versions that are not there.
        if program and _version_of(program) >= OLDEST:
            return program
    raise SetUpError(
        "set-up: Python 3.11 or newer is needed; looked for " + ", ".join(CANDIDATES) + ".\n"
        "Install it (apt-get install python3.12, pyenv install 3.12, …) or name one: make PYTHON=/path/to/python3"
    )


def _version_of(program: str) -> tuple[int, ...]:
    asked = [program, "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=True).stdout  # noqa: S603 - a found program
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(int(number) for number in answer.split())


def _run(command: list[str]) -> None:
    """Run a step without questions. Raise SetUpError with the end of what it said."""
    environment = {
        **os.environ,
        "UV_PYTHON_DOWNLOADS": "never",  # an interpreter is the owner's choice
        "PIP_USER": "0",  # either of these would turn an install into .venv away
        "PIP_REQUIRE_VIRTUALENV": "0",
    }
    done = subprocess.run(  # noqa: S603 - programs found on PATH, arguments above
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        ending = "\n    ".join(done.stdout.strip().splitlines()[-8:])
        raise SetUpError(f"`{' '.join(command[:4])} …` ended with status {done.returncode}\n    {ending}")


def _wanted(requirements: str) -> list[str]:
    """Return what the stamp says once ``requirements`` is installed here: a moved clone is set up anew."""
    return [requirements, hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest(), str(VENV)]


def _installed() -> list[list[str]]:
    """Return what the stamp lists, or nothing when one entry is out of date or the interpreter is gone."""
    try:
        stamped = json.loads(STAMP.read_text(encoding="utf-8"))
        is_current = all(entry == _wanted(entry[0]) for entry in stamped) and _version_of(str(VENV_PYTHON)) >= OLDEST
    except (OSError, ValueError, LookupError, TypeError):
        return []
    return stamped if is_current else []


def _say(text: str, *, status: int) -> int:
    (sys.stderr if status else sys.stdout).write(text + "\n")
    sys.stdout.flush()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
