"""The broker's own account of what it opened: it survives restart and kill -9, so that neither gives budget back."""

import os
import sqlite3
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hardening.encryption.broker.budgets import Books, Caps, Charge, Due
from hardening.errors import KeyUnavailableError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TABLE = """
CREATE TABLE IF NOT EXISTS charge (
    book TEXT NOT NULL, entry BLOB NOT NULL, price INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (book, entry)
) WITHOUT ROWID
"""
_WRITE = "INSERT OR REPLACE INTO charge (book, entry, price, at) VALUES (?, ?, ?, ?)"


class Account:
    """Books in memory, written through to one SQLite file. Actors stand there by name, people as keyed digests."""

    def __init__(self, path: Path, *, caps: Caps) -> None:
        """Take the account over.

        Raise KeyUnavailableError if it cannot be read, belongs to others, or another broker holds it: two brokers
        with an account each would open twice the cap.
        """
        self._lock = threading.Lock()
        try:
            self._database = _opened(path)
            lines = self._database.execute("SELECT book, entry, price, at FROM charge ORDER BY at").fetchall()
        except (OSError, sqlite3.Error) as error:
            raise KeyUnavailableError(f"the broker's account {path} cannot be used: {error}") from None
        self._books = Books(
            caps, (Charge(book, entry, price, _EPOCH + at * _MICROSECOND) for book, entry, price, at in lines)
        )

    def charge(self, request: Due, *, at: datetime) -> None:
        """Count one person or question, on disk, before it is answered.

        Raise Spent if a cap would be passed, sqlite3.Error if it cannot be written down; then nothing is opened.
        """
        # One lock around looking and writing: parallel requests never pass the cap by one.
        with self._lock:
            charges = self._books.due(request, at=at)
            if not charges:
                return
            self._write(charges, oldest=at - self._books.caps.window)
            for charge in charges:
                self._books.enter(charge)

    def close(self) -> None:
        """Let another broker take over."""
        with self._lock:
            self._database.close()

    def _write(self, charges: list[Charge], *, oldest: datetime) -> None:
        lines = [(charge.book, charge.entry, charge.price, _micros(charge.at)) for charge in charges]
        with self._database:
            self._database.execute("DELETE FROM charge WHERE at <= ?", [_micros(oldest)])
            self._database.executemany(_WRITE, lines)


def _opened(path: Path) -> sqlite3.Connection:
    # Whoever can write to the directory removes the file, and the next broker begins with a whole cap.
    directory = path.parent.stat()
    if directory.st_uid not in {0, os.geteuid()} or directory.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"others can write to {path.parent}")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        status = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if status.st_mode & 0o077 or status.st_uid != os.geteuid():
        raise PermissionError("it is not this user's alone")
    database = sqlite3.connect(path, timeout=0, check_same_thread=False)
    # EXCLUSIVE: held from the first statement to the end of the process. FULL: on disk before the answer.
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    with database:
        database.execute(_TABLE)
        database.execute("CREATE INDEX IF NOT EXISTS charge_at ON charge (at)")
    return database


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
