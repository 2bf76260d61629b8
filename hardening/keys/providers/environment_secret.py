"""Secrets out of the environment: ``NAME`` holds the value, or ``NAME_FILE`` the path of a file that does."""

import os
import stat
from pathlib import Path

from hardening.errors import KeyUnavailableError

_MOST_BYTES = 1 << 14
# Read by the group is allowed: so a mounted secret reaches a service that does not run as root.
_TOO_OPEN = stat.S_IRWXO | stat.S_IWGRP


def environment_secret(name: str) -> str:
    """Return the secret without the white space around it.

    Raise KeyUnavailableError, naming the variable and never its value, if there is none or if there are two, or
    if its file is unreadable, open to other users or larger than 16 KiB.
    """
    value, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and path:
        raise KeyUnavailableError(f"{name} and {name}_FILE are both set; remove one")
    secret = _text(path, variable=f"{name}_FILE") if path else value.strip()
    if not secret:
        raise KeyUnavailableError(f"no secret: set {name}, or {name}_FILE to the path of a file that holds it")
    if not (secret.isascii() and secret.isprintable()):
        # A line break in a token would be a header of the sender's choice.
        raise KeyUnavailableError(f"the secret of {name} is not one line of printable ASCII")
    return secret


def _text(path: str, *, variable: str) -> str:
    try:
        with Path(path).open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise KeyUnavailableError(f"the file of {variable} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode) or status.st_mode & _TOO_OPEN:
        raise KeyUnavailableError(f"the file of {variable} is open to other users; run `chmod 600` on it")
    if status.st_uid not in {0, os.geteuid()}:
        raise KeyUnavailableError(f"the file of {variable} belongs to another user")
    if len(content) > _MOST_BYTES:
        raise KeyUnavailableError(f"the file of {variable} is larger than {_MOST_BYTES} bytes")
    return content.decode("utf-8", errors="replace").strip()
