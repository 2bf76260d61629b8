"""Starting a server as somebody harmless, waiting until it answers, stopping it."""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.servers.binaries import ServerMissingError


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    url: str
    version: str
    found: str
    """In words: where its program was found, or which variable named it."""
    stop: Callable[[], None] = lambda: None

    def __str__(self) -> str:
        return f"{self.version} ({self.found})"


PATIENCE_SECONDS = 30.0
"""A loaded two-core machine has needed 3 s; beyond this something is broken."""


def harmless_account() -> pwd.struct_passwd | None:
    """Return the account servers run as when we are root (PostgreSQL refuses root), or None to stay who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerMissingError("running as root, and neither the account 'postgres' nor 'nobody' exists to drop to")


def give_to(account: pwd.struct_passwd | None, *, folder: Path) -> None:
    """Hand ``folder`` to the account that will write there."""
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)


def spawn(arguments: Sequence[str | Path], *, account: pwd.struct_passwd | None, log: Path) -> subprocess.Popen[bytes]:
    """Start a program with its output in ``log``, as ``account`` when we are root."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )


def wait_until(is_ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when ``is_ready`` does. Raise ServerMissingError with the end of the log when the process gives up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process, by=signal.SIGKILL)
            ending = log.read_text(errors="replace")[-2000:]
            raise ServerMissingError(f"{process.args!r} did not come up:\n{ending}")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals) -> None:
    """End a process; insist after five seconds."""
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
