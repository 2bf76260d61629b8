"""The demonstration profile."""

from portal.settings.base import *  # noqa: F403 - a settings profile is its base, changed

SECRET_KEY = "demonstration only"  # noqa: S105 - guards nothing real
ALLOWED_HOSTS = ["testserver", "localhost"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "hardening": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}

HARDENING_KEYS = {"file": BASE_DIR / "var/demo/keys.json"}  # noqa: F405 - from base
