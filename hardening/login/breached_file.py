"""Write a list of leaked passwords of any length: sorted in pieces, then merged."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from hardening.login.breached_list import MAGIC, SIZE, digest_of

_AT_ONCE = 1_000_000
"""Digests sorted in memory at once, some 60 MB: a list of any length is built in that."""


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
