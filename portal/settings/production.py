"""The production profile: nothing secret stands here, and without its secrets it does not start."""

from urllib.parse import urlsplit

from portal.settings import databases
from portal.settings.base import *  # noqa: F403 - a settings profile is its base, changed
from portal.settings.base import BASE_DIR
from portal.settings.environment import hosts, listed, optional, required
from portal.settings.mailers import mail_settings

_given = required(
    "SECRET_KEY", "ALLOWED_HOSTS", "PORTAL_URL", "DATABASE_URL", "HARDENING_DATABASE_URL", "HARDENING_KEYS_FILE"
)

DEBUG = False
SECRET_KEY = _given["SECRET_KEY"]
SECRET_KEY_FALLBACKS = listed("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = hosts("ALLOWED_HOSTS", given=_given["ALLOWED_HOSTS"])

DATABASES = {
    "default": databases.postgresql(_given["DATABASE_URL"]),
    "hardening": databases.impatient(databases.postgresql(_given["HARDENING_DATABASE_URL"])),
}

globals().update(
    mail_settings(
        "smtp",
        host=optional("EMAIL_HOST", default="localhost"),
        port=int(optional("EMAIL_PORT", default="587")),
        username=optional("EMAIL_USER"),
        password=optional("EMAIL_PASSWORD"),
        use_tls=True,
        timeout=10,
    )
)
DEFAULT_FROM_EMAIL = optional("DEFAULT_FROM_EMAIL", default=f"portail@{ALLOWED_HOSTS[0]}")

# Where mailed links and printed letters lead: never the demonstration's address, which is the reader's own machine.
HARDENING_LOGIN = {**HARDENING_LOGIN, "portal_url": _given["PORTAL_URL"]}  # noqa: F405 - of base

# Passkeys are bound to the domain of the portal, and asked for by its own pages alone.
_portal = urlsplit(_given["PORTAL_URL"])
HARDENING_AUTHENTICATORS = {
    "rp_id": optional("PASSKEY_DOMAIN", default=_portal.hostname or ""),
    "origins": (f"{_portal.scheme}://{_portal.netloc}",),
}

# Who may say where a request comes from; without them the nearest address is the client's.
HARDENING_CLIENTS = {"trusted_proxies": tuple(listed("TRUSTED_PROXIES"))}
if HARDENING_CLIENTS["trusted_proxies"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Everything over TLS, told to browsers for a year.
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True

# Static files are collected once, compressed and named after their content.
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
