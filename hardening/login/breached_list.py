"""A list of leaked passwords as sorted digests: searched where it lies, in the time of thirty reads, offline."""

import heapq
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from mmap import mmap
from pathlib import Path
from typing import BinaryIO

MAGIC = b"hbreach1"
"""First record of a file: of the size of a digest, so that the others stay in step."""
SIZE = len(MAGIC)
"""Of a billion digests of 64 bits, one good password in eighteen billion is refused by mistake."""
_AT_ONCE = 1_000_000
"""Digests sorted in memory at once, some 60 MB: a list of any length is built in that."""


class NoBreachedListError(ValueError):
    """The file is no list that ``write_list`` made, or was cut short."""


def digest_of(password: str) -> bytes:
    """Return what stands in a list for this password. Without a key: a list of leaked passwords is no secret."""
    # NFKC, as passwords are hashed: one password, however the keyboard composed it.
    normal = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return sha256(normal).digest()[:SIZE]


class BreachedList:
    """Whether a password stands in sorted digests, in memory or mapped from a file."""

    def __init__(self, digests: bytes | mmap) -> None:
        """Take what ``packed`` returned or ``write_list`` wrote. Raise NoBreachedListError for anything else."""
        if digests[:SIZE] != MAGIC or len(digests) % SIZE:
            raise NoBreachedListError("no list of breached passwords, or one cut short")
        self._digests = digests

    def __len__(self) -> int:
        return len(self._digests) // SIZE - 1

    def __contains__(self, password: str) -> bool:
        wanted, low, high = digest_of(password), 1, len(self._digests) // SIZE
        while low < high:
            middle = (low + high) // 2
            found = self._digests[middle * SIZE : (middle + 1) * SIZE]
            if found == wanted:
                return True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
        return False


def packed(passwords: Iterable[str]) -> bytes:
    """Return a list held in memory, for a few thousand passwords."""
    return MAGIC + b"".join(sorted(set(map(digest_of, passwords))))


def write_list(passwords: Iterable[str], *, to: BinaryIO) -> int:
    """Write a list of any number of passwords; return how many different ones it holds.

    Sorted in pieces on the disk, each a million long, then merged: memory does not grow with the list.
    """
    to.write(MAGIC)
    written, last = 0, b""
    with ExitStack() as pieces:
        remaining = iter(passwords)
        runs = [_read(pieces.enter_context(piece)) for piece in iter(lambda: _sorted_piece(remaining), None)]
        for digest in heapq.merge(*runs):
            if digest != last:
                to.write(digest)
                written, last = written + 1, digest
    return written


def lines_of(path: Path) -> Iterator[str]:
    """Yield the passwords of a text file, one a line, as typed: leaked lists hold bytes that are no text."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        for line in lines:
            if password := line.rstrip("\r\n"):
                yield password


def _sorted_piece(passwords: Iterator[str]) -> "BinaryIO | None":
    digests = sorted({digest_of(password) for password in islice(passwords, _AT_ONCE)})
    if not digests:
        return None
    piece = tempfile.TemporaryFile()  # noqa: SIM115 - the caller's stack closes it
    piece.write(b"".join(digests))
    piece.seek(0)
    return piece


def _read(piece: BinaryIO) -> Iterator[bytes]:
    while digest := piece.read(SIZE):
        yield digest
