"""Our hasher, counted."""

from benchmarks.counting_hashers import note_evaluation
from hardening.login.password_hasher import PepperedArgon2PasswordHasher


class CountingPepperedArgon2(PepperedArgon2PasswordHasher):
    """Notes each guess that it really evaluates."""

    def verify(self, password: str, encoded: str) -> bool:
        """Note the guess and evaluate it."""
        note_evaluation()
        return super().verify(password, encoded)
