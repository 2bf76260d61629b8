"""A portal with django-allauth[mfa].

Its installation page: AccountMiddleware last, its back end beside Django's, mfa with codes and passkeys. Its limits
of attempts live in the cache, here Django's default one, in this process: no statement counts for them. Argon2 like
ours, so that the hash does not decide the comparison.
"""

import os

from portal.settings import databases

SECRET_KEY = "measured on loopback, guards nothing"  # noqa: S105 - guards nothing real
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "benchmarks.allauth_mfa.urls"
USE_TZ = True
STATIC_URL = "static/"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
PASSWORD_HASHERS = ["benchmarks.counting_hashers.CountingArgon2"]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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
DATABASES = {"default": {**databases.postgresql(os.environ["RUNNING_DATABASE_1"]), "CONN_MAX_AGE": None}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
