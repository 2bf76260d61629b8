"""The suite's profile. The servers are real: PostgreSQL, or SQLite files with ``TEST_DATABASE=sqlite``."""

import os
from pathlib import Path

from portal.settings import databases
from portal.settings.base import *  # noqa: F403 - a settings profile is its base, changed
from portal.settings.loopback import *  # noqa: F403 - likewise
from portal.settings.mailers import mail_settings
from tests.servers import run

_run = run.current()

SECRET_KEY = "tests only, never deployed"  # noqa: S105 - guards nothing real
ALLOWED_HOSTS = ["testserver", "localhost"]
PASSWORD_HASHERS = ["tests.hashing.QuickArgon2PasswordHasher"]
globals().update(mail_settings("locmem"))

if _run.database_url:
    DATABASES = {
        "default": databases.postgresql(_run.database_url, name="portal"),
        "hardening": databases.impatient(databases.postgresql(_run.database_url, name="hardening")),
    }
else:
    DATABASES = {
        "default": databases.sqlite(Path(_run.folder, "portal.sqlite3"), synchronous="NORMAL"),
        "hardening": databases.sqlite(Path(_run.folder, "hardening.sqlite3"), synchronous="FULL"),
    }
# Every line that anything logs, read after the run: none may hold a secret or a number (C14).
LOGGING["handlers"]["kept"] = {  # noqa: F405 - of base
    "class": "logging.FileHandler",
    "filename": Path(_run.folder, f"{os.getpid()}.log"),
    "formatter": "plain",
    "delay": True,
}
LOGGING["root"] = {"handlers": ["kept"], "level": "DEBUG"}  # noqa: F405 - of base
HARDENING_AUTHENTICATORS = {"rp_id": "localhost", "origins": ("http://localhost:8000",)}
HARDENING_KEYS = {"file": Path(_run.folder, "keys.json")}

INSTALLED_APPS = [
    *INSTALLED_APPS,  # noqa: F405 - likewise
    "portal.demo",
    "rest_framework",
    "tests.disclosure.people",
    "tests.encryption.records",
    "tests.encryption.columns_in_transit",
]
HARDENING_ENCRYPTION = {"refuse_existence": True}
# The pages of these suites stand for any portal's; they show nobody.
HARDENING_DISCLOSURE = {**HARDENING_DISCLOSURE, "nobody": ("tests.assurance",)}  # noqa: F405 - from base
