"""The measuring side: each contender runs in its own process, with its own settings, on the same server."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from benchmarks.journey import Sample


class Contender:
    """A process that runs one portal's steps on demand, so that rounds of several portals can interleave."""

    def __init__(
        self, name: str, *, module: str, environment: Mapping[str, str], arguments: Sequence[str] = ()
    ) -> None:
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        """Return when tables and data are there. Raise RuntimeError when the process ends instead."""
        if self.answer() != "ready":
            raise RuntimeError(f"{self.name} did not start")

    def run(self, step: str) -> Sample:
        """Return one sample of ``step``. Raise RuntimeError when the contender fails at it."""
        return Sample(**json.loads(self.ask(step)))

    def ask(self, step: str) -> str:
        """Return the line that answers ``step``. Raise RuntimeError when the contender has ended."""
        if self._process.stdin is None:
            raise RuntimeError(f"{self.name} has no input")
        self._process.stdin.write(step + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        """Return the next line. Raise RuntimeError when the contender has ended."""
        if self._process.stdout is None:
            raise RuntimeError(f"{self.name} has no output")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with status {self._process.wait()}")
        return line.strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
