"""A peer whose package folder is another peer's: it is installed by itself, outside the environment.

django-searchable-encrypted-fields and django-fernet-encrypted-fields both call theirs ``encrypted_fields``; in one
environment the one installed last overwrites the other.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.encryption.contestants import PEERS

ALONE = ("searchable",)
FOLDER = Path("build/peers")
LOCK = Path("requirements-test.txt")


def path_of(name: str) -> Mapping[str, str]:
    """Return the environment under which ``name`` finds its own package first, fetching that where it is missing.

    The release and its hashes are those of the lock. Where it cannot be fetched the contestant starts without it,
    fails to import, and is reported as absent with that error.
    """
    if name not in ALONE:
        return {}
    target = FOLDER / name
    if not target.is_dir():
        _install(locked(LOCK.read_text(), package=PEERS[name]), target=target)
    return {"PYTHONPATH": os.pathsep.join([str(target.resolve()), *filter(None, [os.environ.get("PYTHONPATH")])])}


def locked(lock: str, *, package: str) -> str:
    """Return the lines of a hashed requirements file that belong to one package.

    Raise ValueError if the lock does not name it.
    """
    found = re.search(rf"^{re.escape(package)}==(?:.*\\\n)*.*\n", lock, flags=re.MULTILINE)
    if found is None:
        raise ValueError(f"{package} is not locked")
    return found[0]


def _install(requirement: str, *, target: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    listed = target.with_suffix(".txt")
    listed.write_text(requirement)
    options = ["--quiet", "--no-deps", "--require-hashes", "--target", str(target), "-r", str(listed)]
    subprocess.run([sys.executable, "-m", "uv", "pip", "install", *options], check=False)  # noqa: S603 - our own tools
