"""The key file on disk: read only if nobody else can, written whole or not at all."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from hardening.errors import KeyUnavailableError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_MOST_BYTES = 1 << 20


def read_key_file(path: Path) -> str:
    """Return the text of the key file.

    Raise KeyUnavailableError, saying what to do, if it is missing, unreadable, open to other users of the
    machine, or in a directory where they could put another in its place.
    """
    try:
        # One descriptor for the tests and the reading: the file that was tested is the file that is read.
        with path.open("rb") as file:
            _require_private(path, os.fstat(file.fileno()))
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise KeyUnavailableError(f"there is no key file at {path}; `manage.py keys init` makes one") from None
    except OSError as error:
        raise KeyUnavailableError(f"the key file {path} cannot be read: {error.strerror}") from None
    if len(content) > _MOST_BYTES:
        raise KeyUnavailableError(f"the key file {path} is larger than 1 MiB")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise KeyUnavailableError(f"the key file {path} is not UTF-8 text") from None


def write_key_file(path: Path, text: str) -> None:
    """Write a new key file, mode 0600, and its directory, mode 0700, if that is missing.

    Raise KeyUnavailableError if the file exists: overwriting keys is losing every row sealed under them. The
    file appears complete or not at all, also after a crash or on a full disk.
    """
    _write_whole(path, text, publish=_link_once)


def replace_key_file(path: Path, text: str) -> None:
    """Put ``text`` in the place of the key file, mode 0600: whoever reads it finds the old or the new, whole.

    Raise KeyUnavailableError, the old file untouched, if the new one cannot be written.
    """
    _write_whole(path, text, publish=Path.replace)


def remove_drafts(path: Path) -> None:
    """Remove what processes that were killed while they wrote left beside the key file: it holds roots too.

    Nobody may be writing meanwhile. Raise KeyUnavailableError if one cannot be removed.
    """
    try:
        for left in path.parent.iterdir():
            if left.name.startswith(f".{path.name}."):
                left.unlink(missing_ok=True)
    except OSError as error:
        raise KeyUnavailableError(f"drafts beside the key file {path} cannot be removed: {error.strerror}") from None


def file_identity(path: Path) -> tuple[int, ...] | None:
    """Return numbers that differ once another file has been put at ``path``; None while there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _write_whole(path: Path, text: str, *, publish: Callable[[Path, Path], object]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            _write_synced(draft, text)
            publish(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_directory(path.parent)
    except OSError as error:
        raise KeyUnavailableError(f"the key file {path} cannot be written: {error.strerror}") from None


def _write_synced(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _link_once(draft: Path, path: Path) -> None:
    try:
        # A link fails where a rename would overwrite.
        os.link(draft, path)
    except FileExistsError:
        raise KeyUnavailableError(f"{path} exists already; keys are never overwritten") from None


def _require_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyUnavailableError(f"the key file {path} is not a regular file")
    if status.st_mode & _OTHERS:
        raise KeyUnavailableError(f"the key file {path} is open to other users; run `chmod 600 {path}`")
    if status.st_uid not in {0, os.geteuid()}:
        raise KeyUnavailableError(f"the key file {path} belongs to another user")
    if path.parent.stat().st_mode & _OTHERS_WRITE:
        raise KeyUnavailableError(f"others can replace {path}; run `chmod 700 {path.parent}`")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
