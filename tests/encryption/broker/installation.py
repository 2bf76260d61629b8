"""A folder with keys of one user, a database of another, and brokers that run in it."""

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hardening.encryption.broker.operations import BrokerOperations
from hardening.keys.broker.client import BrokerClient

ROOT = Path(__file__).parents[3]
BROKER, WEB = ("nobody", "daemon") if os.geteuid() == 0 else ("", "")
"""The users of the two processes. A suite that may not change users runs both as its own."""


class Broker:
    """A broker in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", socket: Path, *, banner: str) -> None:
        self.process = process
        self.socket = socket
        self.banner = banner

    def operations(self, *, seconds: float = 20.0) -> BrokerOperations:
        """A client of its own; patient, since the machine of the suite may be busy."""
        return BrokerOperations(BrokerClient(self.socket, seconds=seconds))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Installation:
    """Made once for many brokers; each ``named`` broker has an account of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key_file = folder / "keys" / "keys.json"
        for name in ("keys", "run", "database"):
            (folder / name).mkdir()
        folder.chmod(0o755)
        environment = self.environment(HARDENING_KEYS_FILE=str(self.key_file))
        for arguments in (["migrate", "--run-syncdb", "--verbosity=0"], ["keys", "init", "--json"]):
            command = [sys.executable, "-m", "tests.encryption.broker.as_user", "", *arguments]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        _give("keys", BROKER, folder=folder, mode=0o700)
        _give("run", BROKER, folder=folder, mode=0o755)
        _give("database", WEB, folder=folder, mode=0o755)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "HARDENING_"))}
        return {**kept, "BROKER_TEST_FOLDER": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", **more}

    @contextmanager
    def broker(self, name: str, **limits: Any) -> Iterator[Broker]:
        process = self.started(name, **limits)
        try:
            yield process
        finally:
            process.process.terminate()
            process.process.wait()
            assert process.process.stdout is not None
            process.process.stdout.close()

    def started(self, name: str, **limits: Any) -> Broker:
        users = [os.geteuid(), *([pwd.getpwnam(WEB).pw_uid] if WEB else [])]
        settings = {"broker_users": users, "broker_account": str(self.folder / "keys" / f"{name}.sqlite3"), **limits}
        socket = self.folder / "run" / f"{name}.sock"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.encryption.broker.as_user", BROKER, "key_broker", "--socket", str(socket)],
            cwd=ROOT,
            env=self.environment(HARDENING_KEYS_FILE=str(self.key_file), BROKER_TEST_KEYS=json.dumps(settings)),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        banner = process.stdout.readline()
        if not banner:
            process.wait()
            process.stdout.close()
        return Broker(process, socket, banner=banner)


@contextmanager
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="broker-"))
    try:
        yield Installation(folder)
    finally:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)


def _give(name: str, user: str, *, folder: Path, mode: int) -> None:
    directory = folder / name
    directory.chmod(mode)
    if user:
        entry = pwd.getpwnam(user)
        for path in (directory, *directory.iterdir()):
            os.chown(path, entry.pw_uid, entry.pw_gid)
