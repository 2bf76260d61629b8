"""The demonstration profile: one machine, loopback only, SQLite files and keys under ``var/demo`` (D20)."""

import os

from portal.settings import databases
from portal.settings.base import *  # noqa: F403 - a settings profile is its base, changed
from portal.settings.base import BASE_DIR
from portal.settings.loopback import *  # noqa: F403 - likewise
from portal.settings.mailers import mail_settings
from portal.settings.private_files import private_folder, secret_in

FOLDER = private_folder(BASE_DIR / "var" / os.environ.get("DEMO", "demo"))
"""Holds all that the demonstration knows; deleting it starts afresh. DEMO names another one beside it."""

PORT = int(os.environ.get("PORT", "8000"))
SECRET_KEY = secret_in(FOLDER / "secret_key")
globals().update(mail_settings("filebased", file_path=FOLDER / "mail"))
DATABASES = {
    "default": databases.sqlite(FOLDER / "portal.sqlite3", synchronous="NORMAL"),
    "hardening": databases.sqlite(FOLDER / "hardening.sqlite3", synchronous="FULL"),
}
INSTALLED_APPS = [*INSTALLED_APPS, "portal.demo"]  # noqa: F405 - from base
ROOT_URLCONF = "portal.demo.urls"
TEMPLATES[0]["DIRS"].insert(0, BASE_DIR / "portal/demo/templates")  # type: ignore[attr-defined]  # noqa: F405 - from base
IS_DEMONSTRATION = True
"""Commands that show codes and passwords ask for this."""
HARDENING_LOGIN = {**HARDENING_LOGIN, "portal_url": f"http://localhost:{PORT}"}  # noqa: F405 - from base
HARDENING_AUTHENTICATORS = {"rp_id": "localhost", "origins": (f"http://localhost:{PORT}",)}
HARDENING_KEYS = {"file": FOLDER / "keys.json"}
