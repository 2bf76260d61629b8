"""The running portal, with the guesses counted."""

from tests.running.settings import *  # noqa: F403 - a settings profile is its base, changed

ALLOWED_HOSTS = ["testserver", "localhost"]
PASSWORD_HASHERS = ["benchmarks.hardened.counting_hasher.CountingPepperedArgon2"]
HARDENING_AUTHENTICATORS = {"rp_id": "localhost", "origins": ("http://localhost",)}
