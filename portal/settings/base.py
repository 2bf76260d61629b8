"""What every profile of the portal shares."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

import hardening

BASE_DIR = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "hardening.assurance.admin_config.HardenedAdminConfig",
    *hardening.apps_for("all"),
    "portal.accounts",
    "portal.directory",
    "portal.coverage",
    "portal.lookups",
    "portal.care_agreements",
]
AUTH_USER_MODEL = "accounts.Account"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hardening.middleware.HardeningMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

HARDENING_ASSURANCE = {"routes": {"set_language": hardening.PUBLIC}}
SESSION_ENGINE = "hardening.sessions.backend"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

AUTHENTICATION_BACKENDS = ["hardening.backends.HardeningBackend"]
AXES_HANDLER = "hardening.lockout.axes_handler.SlotHandler"
AXES_VERBOSE = False  # its greeting names rules that do not apply

PASSWORD_HASHERS = ["hardening.login.password_hasher.PepperedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "hardening.login.password_validators.LengthValidator"},
    {"NAME": "hardening.login.password_validators.BlocklistValidator"},
]
HARDENING_LOGIN = {
    "portal_url": "http://localhost:8000",
    "context_words": ("tiers payant", "tierspayant", "portail", "pharmacie", "mutuelle"),
}

ROOT_URLCONF = "portal.urls"
DATABASE_ROUTERS = ["hardening.routing.HardeningRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Europe/Paris"
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "portal/locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
STATIC_URL = "static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has a use for them
WSGI_APPLICATION = "portal.wsgi.application"

# The __Host- prefix keeps a cookie from being set by a neighbouring sub-domain or without TLS.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Everything to standard error; never Django's mail to administrators, which carries request data (C14).
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"mask_numbers": {"()": "hardening.encryption.log_filter.NirMaskingFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["mask_numbers"]}},
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}

LOGIN_URL = "hardening:login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "landing"
DEFAULT_EXCEPTION_REPORTER_FILTER = "hardening.encryption.exception_filter.SealedExceptionReporterFilter"
CSRF_FAILURE_VIEW = "portal.pages.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
"""No form here is longer than a page; what is larger is refused before it is read (413)."""

PORTAL_CONTACT = {
    "telephone": "01 99 00 20 20",
    "urgent": "01 99 00 20 21",
    "support": "assistance@portail.example",
    "security": "securite@portail.example",
    "privacy": "dpo@portail.example",
}
HARDENING_DISCLOSURE: dict[str, Any] = {
    "actor": "portal.directory.actors.actor",
    "purposes": {
        "rights_check": {"label": _("Rights check")},
        "care_agreement": {"label": _("Care agreement")},
    },
}
HARDENING_SITE = {"security_contact": "mailto:securite@portail.example"}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
