"""The running portal; with the guesses counted where the comparison asks for it."""

import os

from tests.running.settings import *  # noqa: F403 - a settings profile is its base, changed

ALLOWED_HOSTS = ["testserver", "localhost"]
if "BENCH_EVALUATED_LOG" in os.environ:
    PASSWORD_HASHERS = ["benchmarks.hardened.counting_hasher.CountingPepperedArgon2"]
