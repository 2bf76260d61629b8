"""The production profile: nothing secret stands here, and without its secrets it does not start."""

from portal.settings import databases
from portal.settings.base import *  # noqa: F403 - a settings profile is its base, changed
from portal.settings.base import BASE_DIR
from portal.settings.environment import listed, required

_given = required("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "HARDENING_DATABASE_URL", "HARDENING_KEYS_FILE")

DEBUG = False
SECRET_KEY = _given["SECRET_KEY"]
SECRET_KEY_FALLBACKS = listed("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = listed("ALLOWED_HOSTS")

DATABASES = {
    "default": databases.postgresql(_given["DATABASE_URL"]),
    "hardening": databases.postgresql(_given["HARDENING_DATABASE_URL"]),
}

# Everything over TLS, told to browsers for a year.
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True

# __Host-: no neighbour in the domain can plant these, and browsers never send them in clear.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True

# Static files are collected once, compressed and named after their content.
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
