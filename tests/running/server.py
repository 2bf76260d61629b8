"""gunicorn for as long as a block lasts."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic, sleep

PATIENCE_SECONDS = 60


@contextmanager
def gunicorn(wsgi: str, *, environment: Mapping[str, str], workers: int, threads: int) -> Iterator[int]:
    """Yield the port of a server that answers. Raise RuntimeError when it does not start."""
    port = _free_port()
    arguments = ["--workers", str(workers), "--threads", str(threads), "--bind", f"127.0.0.1:{port}", wsgi]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--log-level", "warning", *arguments], env={**os.environ, **environment}
    )
    try:
        _wait_until_it_listens(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_SECONDS)


def manage(*arguments: str, settings: str, environment: Mapping[str, str]) -> str:
    """Run a management command of that portal and return what it printed; raise when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed:\n{done.stderr}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_listens(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        sleep(0.05)
    raise RuntimeError("gunicorn did not start")
