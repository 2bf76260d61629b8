"""What every portal of the comparison has in common: Django as its start template makes it, on the same PostgreSQL."""

import os

from portal.settings import databases

SECRET_KEY = "measured on loopback, guards nothing"  # noqa: S105 - guards nothing real
ALLOWED_HOSTS = ["testserver", "localhost"]
USE_TZ = True
STATIC_URL = "static/"
PASSWORD_HASHERS = ["benchmarks.counting_hashers.CountingArgon2"]
DJANGO_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
UP_TO_AUTHENTICATION = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"
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
