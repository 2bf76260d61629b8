"""Passwords in tests: the real hasher at its lowest cost. Tests of timing and concurrency ask for the full one."""

from hardening.login.password_hasher import PepperedArgon2PasswordHasher


class QuickArgon2PasswordHasher(PepperedArgon2PasswordHasher):
    """Peppered argon2id in under a millisecond."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
