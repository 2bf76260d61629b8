"""A small installation for processes of two users: a folder in the environment, an SQLite file, keys, records."""

import json
import os
from pathlib import Path

import hardening

FOLDER = Path(os.environ["BROKER_TEST_FOLDER"])
SECRET_KEY = "tests only, never deployed"  # guards nothing real
USE_TZ = True
INSTALLED_APPS = [*hardening.apps_for("encryption"), "tests.encryption.records"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "database" / "portal.sqlite3"}}
HARDENING_KEYS = json.loads(os.environ.get("BROKER_TEST_KEYS", "{}"))
