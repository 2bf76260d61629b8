"""Run the servers until standard input closes: ``python -m tests.servers``.

The suite starts this program and holds the other end of its standard input. When the suite ends, in whatever way
(kill -9 included), the operating system closes that end, and the servers and their folder go.
"""

import json
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.servers import postgresql, valkey
from tests.servers.binaries import ServerMissingError


def main() -> int:
    """Start the servers, tell where they are in one line of JSON, wait for the end of input, sweep up."""
    with ExitStack() as at_the_end:
        # Short, for a socket's path may have 107 characters; open to pass through, for the account we drop to.
        folder = Path(tempfile.mkdtemp(prefix="hardening-"))
        at_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o711)
        try:
            told = _start(folder, at_the_end=at_the_end)
        except ServerMissingError as missing:
            told = {"error": str(missing)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        if "error" in told:
            return 1
        sys.stdin.read()
    return 0


def _start(folder: Path, *, at_the_end: ExitStack) -> dict[str, str]:
    for name in ("postgresql", "valkey"):
        (folder / name).mkdir()
    store = valkey.provide(folder / "valkey")
    at_the_end.callback(store.stop)
    told = {"folder": str(folder), "redis_url": store.url}
    if os.environ.get("TEST_DATABASE") == "sqlite":
        return {**told, "database_url": "", "described": f"SQLite files, Valkey {store}"}
    cluster = postgresql.provide(folder / "postgresql")
    at_the_end.callback(cluster.stop)
    return {**told, "database_url": cluster.url, "described": f"PostgreSQL {cluster}, Valkey {store}"}


if __name__ == "__main__":
    sys.exit(main())
