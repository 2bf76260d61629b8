"""A contender's side of a comparison: the same steps, each prepared outside and measured inside."""

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import ClassVar

from benchmarks.counting_hashers import evaluated
from hardening.testing.statements import counted_statements

STEPS = (
    "login",
    "passkey_login",
    "protected_page",
    "look_up",
    "failed_login",
    "unknown_login",
    "disabled_login",
    "blocked_login",
    "blocked_unknown_login",
    "stale_login",
)
"""In this order: the last one fills the tables that the others must find empty."""


@dataclass(frozen=True)
class Sample:
    """One run of a step: SQL statements on all aliases, transaction control apart, wall time, passwords hashed."""

    statements: int
    control: int
    milliseconds: float
    hashes: int


class Journey(ABC):
    """One portal to measure. A step leaves its figure in ``sample``; its preparation is not counted."""

    PASSWORD: ClassVar[str] = "correct horse battery"  # noqa: S105 - guards nothing real
    CODE_SEED: ClassVar[str] = "3132333435363738393031323334353637383930"

    sample: Sample

    @abstractmethod
    def prepare(self) -> None:
        """Make tables, accounts and people, once."""

    @abstractmethod
    def protected_page(self) -> None:
        """Show a page to somebody logged in that reads nothing itself."""

    def login(self) -> None:
        """Log in with password and one-time code: the form, the password, the code page, the code."""
        raise NotImplementedError

    def passkey_login(self) -> None:
        """Log in with a passkey alone: the page, the question, the answer of a device in software."""
        raise NotImplementedError

    def look_up(self) -> None:
        """Find one person by number and birth date and show the cover."""
        raise NotImplementedError

    def failed_login(self) -> None:
        """Post a wrong password for an account that is not locked."""
        raise NotImplementedError

    def unknown_login(self) -> None:
        """Post a name that nobody has, not locked."""
        raise NotImplementedError

    def disabled_login(self) -> None:
        """Post the right password of an account that an administrator has closed."""
        raise NotImplementedError

    def blocked_login(self) -> None:
        """Post the right password for an account that is locked."""
        raise NotImplementedError

    def blocked_unknown_login(self) -> None:
        """Post a name that nobody has and that is locked."""
        raise NotImplementedError

    def stale_login(self) -> None:
        """Log in as ``login`` does, beside 600,000 lockout rows that nobody needs any more."""
        raise NotImplementedError

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count and time the block."""
        before = evaluated()
        with counted_statements() as statements:
            start = perf_counter()
            yield
            elapsed = perf_counter() - start
        self.sample = Sample(len(statements), len(statements.control), elapsed * 1000, evaluated() - before)

    def serve(self) -> None:
        """Answer steps named on standard input, one JSON sample a line, until the input ends."""
        answers = sys.stdout
        sys.stdout = sys.stderr  # whatever a step prints must not be taken for an answer
        self.prepare()
        print("ready", file=answers, flush=True)
        for line in sys.stdin:
            step = line.strip()
            if step not in STEPS:
                raise ValueError(f"unknown step {step!r}")
            getattr(self, step)()
            print(json.dumps(asdict(self.sample)), file=answers, flush=True)


def expect(*, status: int, got: int, step: str) -> None:
    """Stop the run when a step did not do what it is measured for: a fast refusal is no result."""
    if status != got:
        raise RuntimeError(f"{step}: expected {status}, got {got}")
