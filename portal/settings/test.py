"""The suite's profile. The servers are real; see tests/servers."""

from portal.settings.base import *  # noqa: F403 - a settings profile is its base, changed

SECRET_KEY = "tests only, never deployed"  # noqa: S105 - guards nothing real
ALLOWED_HOSTS = ["testserver", "localhost"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "hardening": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
