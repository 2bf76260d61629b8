"""The demonstration's portal on PostgreSQL, in databases of its own, with passwords at full cost."""

import os
from pathlib import Path

from portal.settings import databases
from portal.settings.base import *  # noqa: F403 - a settings profile is its base, changed
from portal.settings.loopback import *  # noqa: F403 - likewise

INSTALLED_APPS = [*INSTALLED_APPS, "portal.demo"]  # noqa: F405 - from base
IS_DEMONSTRATION = True
SECRET_KEY = "tests only, never deployed"
FOLDER = Path(os.environ["RUNNING_FOLDER"], "running")
FOLDER.mkdir(mode=0o700, exist_ok=True)
PORT = 0
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = FOLDER / "mail"
DATABASES = {
    "default": {**databases.postgresql(os.environ["RUNNING_DATABASE_1"]), "CONN_MAX_AGE": None},
    "hardening": {**databases.postgresql(os.environ["RUNNING_DATABASE_2"]), "CONN_MAX_AGE": None},
}
HARDENING_KEYS = {"file": FOLDER / f"{DATABASES['default']['NAME']}.json"}
