"""Password hashers that note each guess they really evaluate: the truth behind any counter of attempts."""

import os
from pathlib import Path

from django.contrib.auth.hashers import Argon2PasswordHasher

LOG = "BENCH_EVALUATED_LOG"


def note_evaluation() -> None:
    """Add one byte to the log; O_APPEND keeps the bytes of several processes apart."""
    log = os.open(os.environ[LOG], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(log, b".")
    finally:
        os.close(log)


def evaluated() -> int:
    """Return how many guesses have been noted so far."""
    return Path(os.environ[LOG]).stat().st_size


class CountingArgon2(Argon2PasswordHasher):
    """Django's hasher, counted."""

    def verify(self, password: str, encoded: str) -> bool:
        """Note the guess and evaluate it."""
        note_evaluation()
        return super().verify(password, encoded)
